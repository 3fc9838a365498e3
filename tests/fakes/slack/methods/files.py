"""Files, the second upload scheme: an address, the bytes, completion (docs.slack.dev/messaging/working-with-files)."""

from tests.fakes.slack import blocks as kit
from tests.fakes.slack import posting
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.methods.chat import thread_root
from tests.fakes.slack.state import File, Json, Message

ALT_TEXT = 1000
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml"}
TYPES = {"csv": "text/csv", "json": "application/json", "pdf": "application/pdf", "html": "text/html"} | IMAGES


@method("files.getUploadURLExternal", "files:write")
async def upload_url(call: Call) -> Json:
    core = call.core
    name, length = call.need("filename"), call.number("length", 0)
    if length <= 0:
        # docs.slack.dev/reference/methods/files.getUploadURLExternal (missing_argument, alt_txt_too_large).
        raise ApiError("missing_argument")
    alt_text = call.text("alt_txt")
    if len(alt_text or "") > ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    ident = core.new_id("F")
    core.uploads[ident] = {
        "filename": name,
        "length": length,
        "alt_text": alt_text,
        "content": None,
        "team": call.team.id,
    }
    return {"upload_url": f"{core.base}/upload/v1/{ident}", "file_id": ident}


@method("files.completeUploadExternal", "files:write")
async def complete(call: Call) -> Json:
    core, team = call.core, call.team
    wanted = call.items("files")
    if not wanted:
        raise ApiError("invalid_arguments", ["[ERROR] missing required field: files"])
    room = call.channel("channel_id", post=True) if call.text("channel_id") else None
    made: list[File] = []
    for one in wanted:
        sent = core.uploads.get(one.get("id", ""))
        if sent is None or sent["content"] is None or sent["team"] != team.id:
            # docs.slack.dev/reference/methods/files.completeUploadExternal (file_not_found).
            raise ApiError("file_not_found")
        made.append(_file(call, one["id"], sent, one.get("title") or sent["filename"], one.get("alt_txt")))
    comment = call.text("initial_comment") or ""
    blocks: list[Json] = [] if comment else call.items("blocks", "invalid_blocks")
    error = kit.judge(core, call.method, {"text": comment or "file", "blocks": blocks})
    if error:
        raise ApiError(error.code, error.messages)
    thread_ts = thread_root(call, room) if room else None
    for file in made:
        del core.uploads[file.id]
        core.files[file.id] = file
        if file.mimetype in IMAGES.values() and not file.alt_text:
            # docs.slack.dev/reference/methods/files.getUploadURLExternal: alt_txt is what a screen reader says.
            core.offend("no_alt_text", call.method, file.name)
    if room:
        message = Message(core.new_ts(), room.id, team.bot_user, comment, blocks, thread_ts, team.bot_id, files=made)
        message.subtype = "file_share"
        posting.store(core, message)
        core.spawn(posting.announce(core, message))
    return {"files": [{"id": file.id, "title": file.title} for file in made]}


def _file(call: Call, ident: str, sent: Json, title: str, alt_text: str | None) -> File:
    name: str = sent["filename"]
    mimetype = TYPES.get(name.rpartition(".")[2].lower(), "text/plain")
    url = f"{call.core.base}/files-pri/{call.team.id}-{ident}/download/{name}"
    file = File(ident, name, title, mimetype, sent["content"], call.team.bot_user, call.team.id, url)
    file.alt_text = alt_text or sent["alt_text"]
    file.ready = call.core.now() + call.core.processing
    if room := call.text("channel_id"):
        file.channels.append(room)
    return file


@method("files.info", "files:read")
async def info(call: Call) -> Json:
    file = call.core.files.get(call.need("file"))
    if file is None or file.team != call.team.id:
        raise ApiError("file_not_found")
    return {"file": posting.as_file(call.core, file)}


@method("files.delete", "files:write")
async def delete(call: Call) -> Json:
    file = call.core.files.get(call.need("file"))
    if file is None or file.team != call.team.id:
        raise ApiError("file_not_found")
    if file.user != call.team.bot_user:
        raise ApiError("cant_delete_file")
    del call.core.files[file.id]
    return {}
