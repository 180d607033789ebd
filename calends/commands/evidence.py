"""`calends evidence`: export the evidence file of a case, verify one offline, audit all."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import click

from calends.evidence.chain import EvidenceBroken
from calends.evidence.verify import Verification, verify_file
from calends.settings import load_settings


@click.group(name="evidence", help="Export, verify, audit; the key to publish.")
def app() -> None: ...


@app.command()
@click.argument("reference")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def export(reference: str, output: Path, force: bool) -> None:
    """Writes the signed evidence file of the case REFERENCE, and verifies it.

    Exits 1 when the file was written and its own story does not hold.
    """
    exporting = importlib.import_module("calends.evidence.exporting")  # it needs the register
    exporting.export_case(reference, output, force=force)
    try:
        verification = verify_file(output)
    except EvidenceBroken as broken:
        print(f"calends: {output} was written, but does not verify: {broken}", file=sys.stderr)
        raise click.exceptions.Exit(1) from broken
    print(f"{output}: written and verified, {_counts(verification)}")


@app.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--public-key", help="The key that the company published: its text, or a file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(file: Path, public_key: str | None, as_json: bool) -> None:
    """Verifies FILE offline, with nothing but a public key.

    Exits 0 when everything holds, 1 naming the first thing wrong, 2 when it cannot be read.
    """
    try:
        verification = verify_file(file, public_key)
    except EvidenceBroken as broken:
        if as_json:
            print(json.dumps({"verified": False, "where": broken.where, "what": broken.what}))
        else:
            print(f"calends: not verified: {broken}", file=sys.stderr)
        raise click.exceptions.Exit(1) from broken
    print(json.dumps(_facts(verification)) if as_json else _lines(verification))


@app.command()
@click.option("--public-key", help="The key that the company published: its text, or a file.")
@click.option("--expect", default="", help="Digest of a checkpoint that was noted elsewhere.")
@click.option("--no-blobs", is_flag=True, help="Leave out the sealed blobs: faster.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def audit(public_key: str | None, expect: str, no_blobs: bool, as_json: bool) -> None:
    """Checks the whole register: every chain, every signed checkpoint, every sealed blob.

    Exits 0 when everything holds, 1 naming the first broken thing.
    """
    auditing = importlib.import_module("calends.commands.evidence_audit")  # it needs the register
    auditing.audit(public_key, expect, blobs=not no_blobs, as_json=as_json)


@app.command("key")
def public_key() -> None:
    """The public key to publish, with its fingerprint: who has it can verify every export."""
    from calends.evidence.signing import load_signing_key

    public = load_signing_key(load_settings().signing_key_file).public
    print(public.text)
    print(f"fingerprint {public.fingerprint}", file=sys.stderr)


def _lines(verification: Verification) -> str:
    fingerprint = verification.key.fingerprint
    signed = (
        f"signed by the given key {fingerprint}"
        if verification.key_given
        else f"signed by key {fingerprint}; compare it with the one the company published"
    )
    return (
        f"verified: case {verification.reference}, exported {verification.exported_at}, "
        f"{_counts(verification)}\n{signed}"
    )


def _counts(verification: Verification) -> str:
    lines = verification.lines
    return (
        f"{lines['ledger']} ledger events, {lines['history']} history events, "
        f"{lines['letters']} letters, {lines['blobs']} blobs"
    )


def _facts(verification: Verification) -> dict[str, object]:
    return {
        "verified": True,
        "reference": verification.reference,
        "case_id": verification.case_id,
        "exported_at": verification.exported_at,
        "key": verification.key.text,
        "fingerprint": verification.key.fingerprint,
        "key_given": verification.key_given,
        "lines": dict(verification.lines),
        "chain_head": verification.chain_head,
        "workflow": verification.workflow,
    }
