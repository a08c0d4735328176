//! Text and numbers as Python sees them: WTF-8 strings, Unicode tables, codecs, number formatting and parsing.
