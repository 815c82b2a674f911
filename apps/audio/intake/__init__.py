"""Sound on its way in: uploads in pieces, links, and whether what came is sound at all."""
