// Passkeys: fills a form with the browser's answer and sends it. Without this file, or where the
// browser has no passkeys, the form stays hidden and the code beside it does.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

function wish(options) {
  const known = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    excludeCredentials: known(options.excludeCredentials),
    allowCredentials: known(options.allowCredentials),
  };
}

function told(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

let waiting = new AbortController();

async function ask(form) {
  waiting.abort();
  waiting = new AbortController();
  const publicKey = wish(JSON.parse(form.dataset.options));
  const { signal } = waiting;
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, signal });
  form.elements.passkey.value = told(credential);
  form.submit();
}

// Whoever types the code instead does not wait for a key any more.
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.passkey) waiting.abort();
});

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const fault = form.querySelector("[role=alert]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fault.hidden = true;
    ask(form).catch(() => {
      fault.hidden = false;
    });
  });
}
