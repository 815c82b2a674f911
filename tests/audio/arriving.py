"""Uploads as the browser makes them."""

from apps.audio.models import Recording

PIECE = 1024 * 1024


def announce(person, name="talk.wav", size=None, **more):
    return person.post("/audio/uploads/", {"name": name, **({} if size is None else {"size": size}), "origin": "uploaded", **more})


def put(person, upload, offset, data, more=""):
    return person.http.post(
        f"/audio/uploads/{upload}/?offset={offset}{more}", content=data, headers={"Content-Type": "application/octet-stream"}
    )


def upload(person, data, name="talk.wav", **more):
    """Send all of a file; the last answer's JSON."""
    announced = announce(person, name, len(data), **more)
    assert announced.status_code == 201, announced.text
    pk = announced.json()["id"]
    for offset in range(0, len(data), PIECE):
        answer = put(person, pk, offset, data[offset : offset + PIECE])
        assert answer.status_code == 200, answer.text
    return finish(person, pk)


def finish(person, pk):
    answer = person.post(f"/audio/uploads/{pk}/finish/")
    assert answer.status_code == 200, answer.text
    return answer.json()


def taken(person, data, name="talk.wav", **more):
    """The Recording that a file has become."""
    told = upload(person, data, name, **more)
    assert told["state"] == "done", told
    return Recording.objects.get(pk=told["recording"].split("/")[-2])


def bytes_of(recording):
    with recording.file.open("rb") as file:
        return file.read()
