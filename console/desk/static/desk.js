// What a page gains with script; without it every page works all the same.
// Nothing is fetched but the page's own fragments; nothing here sends or destroys anything.

const body = document.body;
document.documentElement.classList.add("scripted");

// --- fragments ------------------------------------------------------------------------------

/** The elements of a fragment of ours; null when it did not come. */
async function fragment(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Part": "1" } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.body.childNodes];
  } catch {
    return null; // the next round asks again
  }
}

for (const place of document.querySelectorAll("[data-poll]")) {
  const state = (nodes) => nodes.map((node) => node.dataset?.state ?? "").join("");
  const before = state([...place.childNodes]);
  const ask = async () => {
    const nodes = document.hidden ? null : await fragment(place.dataset.poll);
    if (nodes) {
      const changed = state(nodes) !== before;
      place.replaceChildren(...nodes);
      if (changed) {
        place.after(reloadNotice(place.dataset.changed, place.dataset.reload));
        return;
      }
    }
    setTimeout(ask, Number(place.dataset.every) * 1000);
  };
  setTimeout(ask, Number(place.dataset.every) * 1000);
}

function reloadNotice(words, link) {
  const notice = document.createElement("p");
  const anchor = document.createElement("a");
  notice.className = "notice soon";
  notice.setAttribute("role", "status");
  anchor.href = location.href;
  anchor.textContent = link;
  notice.append(`${words} `, anchor);
  return notice;
}

// --- time to think again --------------------------------------------------------------------

for (const place of document.querySelectorAll("[data-countdown]")) {
  const started = Date.now(), seconds = Number(place.dataset.countdown), words = place.textContent;
  const tick = setInterval(() => {
    const left = Math.max(0, seconds - Math.floor((Date.now() - started) / 1000));
    place.textContent = words.replace(/\d+/, left);
    if (left === 0) clearInterval(tick);
  }, 1000);
}
for (const place of document.querySelectorAll("[data-poll-page]")) {
  setTimeout(() => location.reload(), Number(place.dataset.pollPage) * 1000);
}

// --- forms ----------------------------------------------------------------------------------

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const form of document.querySelectorAll("[data-answer]")) {
  const reason = form.querySelector("[data-reason]");
  const own = reason?.querySelector("textarea"), ground = reason?.querySelector("select");
  const settle = () => {
    const chosen = form.querySelector("input[name=outcome]:checked");
    const needed = chosen ? "needsReason" in chosen.dataset : false;
    if (reason) reason.hidden = !needed;
    if (own) own.required = needed && !ground?.value;
    for (const nested of form.querySelectorAll(".nested")) {
      const choice = before(nested, "label.choice");
      const open = choice?.querySelector("input")?.checked ?? true;
      nested.hidden = !open;
      for (const field of nested.querySelectorAll("input, textarea, select")) field.disabled = !open;
    }
  };
  form.addEventListener("change", settle);
  settle();
}

/** The nearest earlier sibling that matches. */
function before(element, selector) {
  let place = element.previousElementSibling;
  while (place && !place.matches(selector)) place = place.previousElementSibling;
  return place;
}

// The letter writes itself while the reason is typed.
for (const place of document.querySelectorAll("[data-letter]")) {
  const form = document.getElementById(place.dataset.task)?.querySelector("[data-answer]");
  if (!form?.querySelector("[name=ground]")) continue;
  let waiting = 0, round = 0;
  const write = () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++round;
      const nodes = await fragment(place.dataset.letter, { method: "POST", body: new FormData(form) });
      if (nodes && mine === round) place.replaceChildren(...nodes);
    }, 400);
  };
  form.addEventListener("input", write);
  form.addEventListener("change", write);
}

// --- masking --------------------------------------------------------------------------------
// Words selected in a text that is reviewed, by mouse or by keyboard, go to the list of words to
// mask when Enter is pressed or the button is.

for (const place of document.querySelectorAll("[data-text]")) {
  const words = document.querySelector(`[data-words="${place.dataset.text}"]`);
  if (!words) continue;
  const take = () => {
    const chosen = selectedIn(place);
    if (!chosen || words.value.split("\n").includes(chosen)) return;
    words.value = [words.value, chosen].filter(Boolean).join("\n");
    words.closest("details").open = true;
    getSelection().removeAllRanges();
    words.focus();
  };
  place.tabIndex = 0;
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      take();
    } else if (event.shiftKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      selectWord(place, event.key === "ArrowLeft" || event.key === "ArrowUp" ? "backward" : "forward");
    }
  });
  place.addEventListener("mouseup", () => selectedIn(place) && place.focus({ preventScroll: true }));
}

function selectedIn(place) {
  const selection = getSelection();
  const inside = selection.rangeCount && place.contains(selection.getRangeAt(0).commonAncestorContainer);
  return inside ? selection.toString().trim() : "";
}

/** Shift and an arrow select word by word, from the beginning of the text when nothing is. */
function selectWord(place, way) {
  const selection = getSelection();
  if (!selection.rangeCount || !place.contains(selection.focusNode)) selection.collapse(place, 0);
  selection.modify("extend", way, "word");
}

// A text that is given is shown as it would be given, before it is kept.
for (const box of document.querySelectorAll("[data-give]")) {
  const text = box.closest("dd").querySelector("[data-text]");
  const show = () => text.classList.toggle("given", box.checked);
  box.addEventListener("change", show);
  show();
}

// --- keyboard -------------------------------------------------------------------------------
// Single keys move and open; they can be switched off, and none sends or destroys.

const lines = [...document.querySelectorAll("[data-line]")];
let at = -1, waitingForGo = false;

function step(by) {
  if (!lines.length) return;
  lines[at]?.classList.remove("here");
  at = Math.min(Math.max(at + by, 0), lines.length - 1);
  lines[at].classList.add("here");
  lines[at].querySelector("[data-open]").focus();
  lines[at].scrollIntoView({ block: "nearest" });
}

const help = document.getElementById("keys");
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.querySelector("[data-search], #q-large")?.focus(),
  "?": () => help?.showModal(),
};
const GO = { q: "/desk", s: "/desk/search" };

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form[data-answer]") ?? document.querySelector("form[data-answer]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || help?.open) return;
  if (waitingForGo && GO[event.key]) {
    location.assign(GO[event.key]);
    return;
  }
  waitingForGo = event.key === "g";
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
help?.querySelector("button")?.addEventListener("click", () => help.close());
