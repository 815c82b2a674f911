"""Files of sound, as samples that Whisper hears: 16 000 a second, one channel. Memory stays flat, however long they are."""

import av
import numpy

from apps.engine.refusal import Refusal

RATE = 16_000
# Of what a file may be; playlists, which name further files, are not among them. Matched with FFmpeg's own names.
CONTAINERS = "flac,mp3,mov,mp4,m4a,mpeg,mpegts,ogg,wav,matroska,webm,aac"
BLOCK = 160 * RATE  # samples; what Whisper works out of one takes 80 MB meanwhile
MARGIN = 15 * RATE  # samples at the end of a block among which the quietest place is looked for
QUIET = RATE // 10
LEAST = RATE // 100


def blocks(file):
    """The sound of an open file as arrays of floats, cut where it is quiet; raises ``Refusal`` (400) when there is none."""
    held, length, cut = [], 0, 0
    for samples in decoded(file):
        held.append(samples)
        length += len(samples)
        if length >= BLOCK:
            whole = numpy.concatenate(held)
            cut = quietest(whole)
            yield whole[:cut]
            held, length = [whole[cut:]], length - cut
    if length < LEAST and not cut:
        raise Refusal(400, "Audio file is too short. Minimum audio length is 0.01 seconds.", code="audio_too_short", param="file")
    yield numpy.concatenate(held)


def quietest(samples):
    """Where to cut: in the middle of the quietest tenth of a second near the end."""
    tail = samples[-MARGIN:]
    power = (tail[: len(tail) // QUIET * QUIET].reshape(-1, QUIET) ** 2).mean(axis=1)
    return len(samples) - len(tail) + int(power.argmin()) * QUIET + QUIET // 2


def decoded(file):
    """Arrays of samples as they are decoded; what is damaged is left out."""
    try:
        with av.open(file, "r", options={"format_whitelist": CONTAINERS, "protocol_whitelist": ""}) as container:
            if not container.streams.audio:
                raise undecodable("it holds no sound")
            yield from resampled(frames(container))
    except (av.error.FFmpegError, ValueError) as error:
        raise undecodable("it is damaged or none of flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav, webm") from error


def frames(container):
    for packet in container.demux(container.streams.audio[0]):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def resampled(frames):
    resampler, shape = None, None
    for frame in frames:
        if shape != (found := (frame.format.name, frame.layout.name, frame.rate)):
            yield from drained(resampler)
            resampler, shape = av.AudioResampler("flt", "mono", RATE), found
        frame.pts = None  # what a damaged file says of time does not matter
        yield from (each.to_ndarray().reshape(-1) for each in resampler.resample(frame))
    yield from drained(resampler)


def drained(resampler):
    return (each.to_ndarray().reshape(-1) for each in resampler.resample(None)) if resampler else ()


def undecodable(why):
    return Refusal(400, f"The file could not be decoded: {why}.", code="invalid_audio", param="file")
