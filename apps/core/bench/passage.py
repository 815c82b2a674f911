"""What is spoken in a bench and in the proof: about a minute and a half of plain English, of our own making."""

TEXT = """The harbour was quiet before sunrise. A few boats rocked against the stone wall, and a woman in a yellow coat walked along
the pier with her dog. She had come here every morning for eleven years. The council wants to close the old fish market next
spring, and nobody has told the people who work there what will happen to them. We have asked for a meeting three times, said the
baker, but there was never an answer. In the afternoon it began to rain, and the streets filled with water. Children ran home from
school with their jackets over their heads. By evening the lights came on along the river, one after another, and the last train
left for the city with only a handful of passengers. The next day the newspaper wrote that the market would stay open until the end
of the summer. Most people were glad, but some of them wondered what would come after that. A fisherman put down his cup and looked
out of the window. My father sold his fish here, he said, and his father before him. I do not know what else I should do. Then he
stood up, put on his hat, and went back to work."""


def words(text):
    """Lower case, without punctuation: what is compared when it is asked whether the same was said."""
    kept = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower())
    return kept.split()


def word_error_rate(said, heard):
    """Words to change, add or leave out, over the words that were said."""
    said, heard = words(said), words(heard)
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row = row, [i]
        for j, other in enumerate(heard, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (word != other)))
    return row[-1] / len(said)
