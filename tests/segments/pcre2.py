"""Writes tests/segments/patterns.jsonl by asking PCRE2's own library (10.42, libpcre2-8.so.0).

    python3 tests/segments/pcre2.py > tests/segments/patterns.jsonl      # the table of this folder
    python3 tests/segments/pcre2.py 20000 7 > /tmp/more.jsonl            # so many random patterns, by this seed
    KOHORT_PATTERNS=/tmp/more.jsonl cargo test --release --test patterns

A line is a pattern, texts, and a `1` or `0` for each: does it match? `error` stands for a pattern that PCRE2 refuses.
"""
import ctypes
import json
import random
import sys

LIB = ctypes.CDLL("libpcre2-8.so.0")
LIB.pcre2_compile_8.restype = ctypes.c_void_p
LIB.pcre2_compile_8.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_size_t), ctypes.c_void_p]
LIB.pcre2_match_data_create_from_pattern_8.restype = ctypes.c_void_p
LIB.pcre2_match_data_create_from_pattern_8.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
LIB.pcre2_match_8.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p]
LIB.pcre2_code_free_8.argtypes = [ctypes.c_void_p]
LIB.pcre2_match_data_free_8.argtypes = [ctypes.c_void_p]
UTF, CASELESS = 0x00080000, 0x00000008


def ask(pattern, texts):
    """`None` for a refused pattern, else a digit for each text; `?` where the library gave up."""
    error, place = ctypes.c_int(), ctypes.c_size_t()
    written = pattern.encode()
    code = LIB.pcre2_compile_8(written, len(written), UTF | CASELESS, ctypes.byref(error), ctypes.byref(place), None)
    if not code:
        return None
    data = LIB.pcre2_match_data_create_from_pattern_8(code, None)
    out = ""
    for text in texts:
        said = LIB.pcre2_match_8(code, text.encode(), len(text.encode()), 0, 0, data, None)
        out += "1" if said > 0 else "0" if said == -1 else "?"
    LIB.pcre2_match_data_free_8(data)
    LIB.pcre2_code_free_8(code)
    return out


# What the documentation of PCRE2 says, and where other dialects differ.
BY_HAND = [
    ("", ["", "a"]), ("a|", ["", "b"]), ("abc", ["xABCx", "ab"]), ("^a$", ["a", "a\n", "a\n\n", "ba"]),
    ("a$", ["a\n", "a\r\n", "a\nb"]), (r"a\Z", ["a", "a\n", "a\n\n"]), (r"a\z", ["a", "a\n"]), (r"\Aa", ["a", "ba", "b\na"]),
    ("(?m)^a", ["b\na", "ba"]), ("(?m)a$", ["a\nb", "ab", "a\n"]), ("(?m)a$\\nb", ["a\nb", "ab"]), ("a$|b", ["b", "a\n", "ac"]), ("(?:^|,)a(?:,|$)", ["a", "b,a,c", "ba"]),
    ("(a$)?b*", ["", "c"]), ("^$", ["", "\n", "\n\n"]), ("a.b", ["a\nb", "a\rb", "aéb", "a中b"]), ("(?s)a.b", ["a\nb"]), (r"a\Nb", ["a\nb", "axb"]), (r"(?s)a\Nb", ["a\nb"]),
    (r"^\d$", ["5", "٥", "x"]), (r"^\w$", ["a", "_", "é", "ſ", "\u212a"]), (r"^\W$", ["é", "ſ", "\u212a", "a"]), (r"^[\w]$", ["ſ", "\u212a", "k"]), (r"^[^\w]$", ["ſ", "\u212a", "k"]), (r"^[^\W]$", ["ſ", "k"]),
    (r"^[\wé]$", ["É", "ſ"]), (r"^[^\wé]$", ["É", "ſ", "ä"]), (r"^\s$", ["\x0b", "\x85", "\xa0", " "]), (r"^\S$", ["\xa0"]), (r"\bé", ["é", "aé"]), (r"é\b", ["é", "éa"]), (r"\B", ["", "a", "aéa", "é"]),
    ("k", ["K", "\u212a"]), ("\u212a", ["k"]), ("s", ["ſ", "S"]), ("ß", ["ẞ", "ss"]), ("σ", ["ς", "Σ"]), ("i", ["İ", "ı", "I"]), ("İ", ["i", "İ"]), ("µ", ["μ", "Μ"]), ("ǆ", ["ǅ", "Ǆ"]), ("[j-l]", ["\u212a"]), ("[^k]", ["\u212a", "K", "x"]),
    ("[à-ö]", ["Å", "\u212b", "÷", "×"]), ("(?-i)a", ["A", "a"]), ("(?i)a", ["A"]), ("a(?-i)b", ["Ab", "aB"]), ("(a(?-i)b|c)d", ["CD", "cD", "abD"]), ("(?-i:a)b", ["aB", "AB"]), ("(?^)a.", ["A\n", "ab"]), ("(?^s:a.)", ["a\n", "A\n"]),
    ("(?x) a b # c\n d", ["abd", "a b"]), ("(?x)a +", ["aa"]), ("(?x)[a b]", [" "]), ("(?xx)[a b]", [" ", "b"]), ("(?x)a\\ b", ["a b"]), ("(?x)a#b", ["a", "a#b"]), ("(?x: a )b", ["ab"]), ("a(?#x y)b", ["ab"]), ("a(?#x)+b", ["aab"]),
    ("[[:alpha:]]", ["a", "é", "1"]), ("[[:^alpha:]]", ["a", "1"]), ("[^[:alpha:]1]", ["a", "1", "2"]), ("[[:upper:]]", ["a", "1"]), ("(?-i)[[:upper:]]", ["a", "A"]), ("[[:punct:]]", ["$", "a"]), ("[[:word:]]", ["_"]), ("[[:foo:]]", ["f"]), ("[:alpha:]", ["a"]),
    ("[[.a.]]", ["a"]), ("[[=a=]]", ["a"]), ("[[:alpha]", ["[", ":", "a", "x"]), ("[a&&b]", ["a", "&", "b"]), ("[a--b]", ["a", "-", "b"]), ("[a~~b]", ["~"]), ("[[a]", ["[", "a"]), ("[[a]]", ["[]", "a]", "a"]), ("[]a]", ["]", "a"]), ("[^]a]", ["]", "b"]), ("[]", ["a"]),
    ("[a-]", ["-", "b"]), ("[-a]", ["-"]), ("[a-c-e]", ["-", "d", "e"]), (r"[\w-]", ["-"]), (r"[\w-.]", ["-"]), (r"[a-\d]", ["-"]), (r"[+--]", [",", "-", "."]), ("[z-a]", ["b"]), (r"[\b]", ["\x08", "b"]), (r"[\101]", ["a"]), (r"[\Qa-z\E]", ["-", "b", "z"]), (r"[\]]", ["]"]), (r"[\x41-\x{43}]", ["b", "d"]),
    ("a{2}", ["a", "aa"]), ("a{2,}", ["a", "aaa"]), ("^a{1,2}$", ["aaa", "aa"]), ("a{,2}", ["a{,2}", "a"]), ("a{", ["a{"]), ("a{x}", ["a{x}"]), ("a{1", ["a{1"]), ("{", ["{"]), ("{1}", ["1"]), ("a}", ["a}"]), ("a{2,1}", ["a"]), ("a{65536}", ["a"]), ("a{0}b", ["b"]), ("a{,}", ["a{,}"]), ("a{1,2,3}", ["a{1,2,3}", "a"]),
    ("a*?b", ["aab"]), ("a+?", ["a"]), ("a??b", ["b"]), ("a++b", ["aab"]), ("a**", ["a"]), ("*a", ["a"]), ("a|*", ["a"]), ("(*)", ["a"]), ("(|a)+b", ["ab"]), ("^*", ["a"]), (r"\b+", ["a"]), ("(^)*a", ["ba"]), ("(?i)*", ["a"]),
    (r"\Qa.b\E.", ["a.bc", "axbc"]), (r"\Qa", ["a"]), (r"a\Eb", ["ab"]), (r"\Qab\E+", ["abb", "ab"]), (r"\x41", ["a"]), (r"\x4", ["\x04"]), (r"\x", ["\0"]), (r"\x{e9}", ["É"]), (r"\x{110000}", ["a"]), (r"\x{d800}", ["a"]), (r"\x{}", ["a"]), (r"\o{101}", ["a"]), (r"\0", ["\0"]), (r"\012", ["\n"]), (r"\0123", ["\n3"]), (r"\cA", ["\x01"]), (r"\c[", ["\x1b"]), (r"\cé", ["a"]), (r"\e\a\f\t\r\n", ["\x1b\x07\x0c\t\r\n"]),
    (r"\h", ["\xa0", "\u180e", "\n"]), (r"\v", ["\x85", "\u2028", "\t"]), (r"[^\h]", ["\xa0", "a"]), (r"\V\H", ["ab", "\n "]), (r"\.\-\/\é", [".-/é"]), (r"\y", ["y"]), (r"\i", ["i"]), ("a\\", ["a"]), (r"\u0041", ["A"]),
    (r"\p{L}", ["é", "中", "1"]), (r"\pN", ["٥", "a"]), (r"\P{L}", ["é", "1"]), (r"\p{^L}", ["1"]), (r"^[^\p{N}ſ]$", ["s", "a", "1"]), (r"^\p{Mn}$", ["\u0345", "ι"]), (r"^[\p{Mn}x]$", ["ι", "X"]), (r"\p{Lu}", ["a"]), (r"\p{Greek}", ["α"]), (r"\p{Any}", ["a"]), (r"\p{Foo}", ["a"]), (r"\pé", ["a"]),
    ("(a)(?:b)(?<n>c)(?P<m>d)(?'o'e)", ["abcde"]), ("(?<n>a)(?<n>b)", ["ab"]), ("(?<1>a)", ["a"]), ("(?|(a)|(b))c", ["bc"]), ("(a", ["a"]), ("a)", ["a"]), ("(?a", ["a"]), ("(?", ["a"]), ("(?<n", ["a"]), ("(?z)a", ["a"]), ("[a", ["a"]), ("(?#", ["a"]), ("(?i", ["a"]),
    ("a(?=b)", ["ab"]), ("a(?!b)", ["ac"]), ("(?<=a)b", ["ab"]), ("(?<!a)b", ["b"]), ("(?>a+)b", ["ab"]), (r"(a)\1", ["aa"]), (r"(?<n>a)\k<n>", ["aa"]), ("(a(?1)?)", ["aa"]), ("(?R)?a", ["a"]), ("(?(1)a|b)", ["b"]), (r"a\Kb", ["ab"]), (r"\Ga", ["a"]), (r"\R", ["\r\n"]), (r"\X", ["a"]), (r"\C", ["a"]), ("(*UTF)a", ["a"]), ("(*ACCEPT)", ["a"]), ("(?C1)a", ["a"]),
    ("(a+)+$", ["a" * 20 + "b", "aaa"]), ("(a|a)*b", ["aac", "aab"]), ("(.*)*x", ["aaa", "aax"]), (r"^[\w.+\-]+@[\w\-]+\.[a-z]{2,}$", ["Ada@Example.com", "ada@example"]), (r"^\+?[0-9 ]{6,}$", ["+44 20 7946", "x"]), ("gmail|yahoo", ["a@GMAIL.com"]), (r"\r?$", ["a\r\n"]),
]

LETTERS = ["a", "A", "b", "k", "K", "s", "é", "É", "ß", "ſ", "\u212a", "中", "1", "_", " ", "\n", "\r", "-", ",", "]", "[", "{", "}", ":", "^", "&", "ι", "\u0345", "\x85", "\u2028"]
ESCAPES = r"\d \D \w \W \s \S \h \H \v \V \N \n \r \t \. \- \] \x41 \x{e9} \x{3b9} \012 \0 \cA \p{L} \P{L} \pN \p{Mn} \e".split()
PLACES = [r"\b", r"\B", r"\A", r"\Z", r"\z", "^", "$"]
RARE = [r"\R", r"\1", r"\K", r"\X", "(?=a)", "(?<!a)", "(?>a)", r"\y", r"\p{Lu}", r"\x", r"\Q", r"\E", "[", ")", "(", "*", "{,2}", "(?#c)", "{2}", "+"]
QUANTIFIERS = ["*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "*?", "+?", "??", "{2}?", "{,2}", "{ 1}", "*+", "{x}", "{1,2,3}"]
FLAGS = ["(?i)", "(?-i)", "(?s)", "(?m)", "(?x)", "(?xx)", "(?-s)", "(?-m)", "(?^)", "(?i-s)", "(?U)", "(?n)", "(?x-i)"]
OPENINGS = ["(", "(?:", "(?i:", "(?-i:", "(?s:", "(?m:", "(?x:", "(?|", "(?-x:", "(?^m:"]
IN_CLASS = LETTERS + [r"\d", r"\w", r"\W", r"\s", r"\S", r"\h", r"\V", r"\p{L}", r"\P{N}", r"\p{Mn}", "[:alpha:]", "[:^digit:]", "[:upper:]", "[:space:]", "[:punct:]", r"\b", r"\n", r"\101", r"\]", r"\-", "-", "a-z", "é-ö", "A-K", "0-9", "--a", "[:", r"\Q", r"\E", "s-\u017f", "&&", "]"]


def a_class(r):
    return "[" + ("^" if r.random() < 0.35 else "") + "".join(r.choice(IN_CLASS) for _ in range(r.randint(1, 4))) + "]"


def an_atom(r, depth):
    pick = r.random()
    if pick < 0.34:
        return r.choice(LETTERS)
    if pick < 0.48:
        return r.choice(ESCAPES)
    if pick < 0.57:
        return r.choice(PLACES)
    if pick < 0.64:
        return "."
    if pick < 0.80:
        return a_class(r)
    if pick < 0.84:
        return r.choice(FLAGS)
    if pick < 0.87:
        return r.choice(RARE)
    return r.choice(OPENINGS) + a_pattern(r, depth + 1) + ")" if depth < 3 else "a"


def a_pattern(r, depth=0):
    branches = []
    for _ in range(r.choice([1, 1, 1, 2, 2, 3])):
        branch = ""
        for _ in range(r.choice([0, 1, 1, 2, 2, 3, 4])):
            branch += an_atom(r, depth)
            if r.random() < 0.25:
                branch += r.choice(QUANTIFIERS)
        branches.append(branch)
    return "|".join(branches)


def a_text(r, pattern):
    letters = LETTERS + [letter for letter in pattern if letter.isalnum()] * 2
    text = "".join(r.choice(letters) for _ in range(r.randint(0, 6)))
    return text + r.choice(["", "", "", "\n"])


def row(pattern, texts):
    said = ask(pattern, texts)
    line = {"pattern": pattern, "error": True} if said is None else {"pattern": pattern, "texts": texts, "matches": said}
    print(json.dumps(line, ensure_ascii=False).replace("\x85", "\\u0085").replace("\u2028", "\\u2028"))


def main():
    count, seed = [int(word) for word in sys.argv[1:3]] if len(sys.argv) > 2 else [600, 1]
    if len(sys.argv) < 3:
        for pattern, texts in BY_HAND:
            row(pattern, texts)
    r = random.Random(seed)
    for _ in range(count):
        pattern = a_pattern(r)
        row(pattern, [a_text(r, pattern) for _ in range(6)])


main()
