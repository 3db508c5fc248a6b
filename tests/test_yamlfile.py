"""The YAML reader: what it takes, and how it refuses the rest, with file and line."""
# A test's name is its sentence.
# ruff: noqa: D103

import time
from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.errors import FileError
from flaskgrade.yamlfile import MAX_BYTES, MAX_DEPTH, Table, Value, read_yaml


def read(folder: Path, content: str | bytes) -> Value:
    path = folder / "file.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_yaml(path)


def table(folder: Path, content: str) -> Table:
    return read(folder, content).table()


def test_values_come_as_the_types_that_are_asked_for(tmp_path: Path) -> None:
    found = table(tmp_path, "name: x y\ncount: 3\nshare: 0.1\non: true\nlist: [a, b]\n")

    assert found["name"].text() == "x y"
    assert found["count"].integer() == 3
    assert found["share"].number() == Fraction(1, 10)
    assert found["on"].flag() is True
    assert [each.text() for each in found["list"].items()] == ["a", "b"]


def test_a_value_knows_its_line_and_its_name(tmp_path: Path) -> None:
    value = table(tmp_path, "# first\na:\n  b: [1,\n    2]\n")["a"].table()["b"].items()[1]

    assert (value.line, value.name) == (4, "a.b[1]")


def test_an_unknown_key_is_named_with_the_nearest_valid_one(tmp_path: Path) -> None:
    found = table(tmp_path, "title: x\nwieght: 2\n")

    with pytest.raises(FileError) as caught:
        found.allow(required=("title", "weight"))

    assert caught.value.line == 2
    assert caught.value.message.endswith("unknown key 'wieght'; did you mean 'weight'?")
    assert caught.value.hint == "Known keys: title, weight."


def test_a_missing_key_is_an_error_at_its_table(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r":2: a: the key 'title' is missing") as caught:
        table(tmp_path, "a:\n  b: 1\n")["a"].table().allow(
            required=("title",), optional=("b",), hint="Add it."
        )

    assert caught.value.hint == "Add it."


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", None, "the file is empty"),
        ("# only a comment\n", None, "the file is empty"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' is here twice, first on line 1"),
        ("a: 1\n[x]: 2\n", 2, "a key must be a word"),
        ("a:\n\t- b\n", 2, "a tab where YAML wants spaces"),
        ("a: &x [1]\nb: *x\n", 1, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: !!python/name:os.system\n", 1, "tags (!) are not supported"),
        ("a: !x 1\n", 1, "tags (!) are not supported"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ("a: 1\nb: \x07\n", 2, "the character U+0007 is not allowed"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8 text"),
        ("a: 1\n- b\n", 2, "not valid YAML"),
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, 1, f"nested more than {MAX_DEPTH} deep"),
        ("a: " + "[" * 5000, 1, f"nested more than {MAX_DEPTH} deep"),
        (b"a: " + b"x" * MAX_BYTES, None, "is larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_at_its_line(
    tmp_path: Path, content: str | bytes, line: int | None, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, content).table()

    assert caught.value.line == line
    assert message in caught.value.message


def test_a_bomb_of_aliases_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    start = time.perf_counter()

    with pytest.raises(FileError, match="anchors and aliases"):
        read(tmp_path, bomb)

    assert time.perf_counter() - start < 1


def test_nesting_up_to_the_cap_is_read(tmp_path: Path) -> None:
    deep = MAX_DEPTH - 2
    value = table(tmp_path, "a: " + "[" * deep + "x" + "]" * deep)["a"]

    for _ in range(deep):
        (value,) = value.items()

    assert value.text() == "x"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: x\n").table()["a"].text() == "x"


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.yaml: cannot be read: No such file"):
        read_yaml(tmp_path / "gone.yaml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="this is not a file"):
        read_yaml(tmp_path)


@pytest.mark.parametrize("written", ["1", "1.5", "yes", "true", "null", "~", "2026-01-01", "12:30"])
def test_what_yaml_reads_as_another_type_must_be_quoted_to_be_text(
    tmp_path: Path, written: str
) -> None:
    with pytest.raises(FileError, match="must be text") as caught:
        table(tmp_path, f"a: {written}\n")["a"].text()

    assert caught.value.hint == f'Put it in quotes: "{written}".'
    assert table(tmp_path, f'a: "{written}"\n')["a"].text() == written


@pytest.mark.parametrize("written", ["'1'", "1e3", ".5", "1_0", "010", "0x1", "1.", "+1", ".nan"])
def test_a_number_is_written_in_plain_decimals(tmp_path: Path, written: str) -> None:
    with pytest.raises(FileError, match="must be a number such as"):
        table(tmp_path, f"a: {written}\n")["a"].number()


def test_a_number_is_exact_where_a_float_is_not(tmp_path: Path) -> None:
    value = table(tmp_path, "a: 0.3\n")["a"].number()

    assert value == Fraction(3, 10) != Fraction(0.3)


def test_a_number_of_endless_digits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="must be a whole number"):
        table(tmp_path, f"a: {'9' * 100_000}\n")["a"].integer()


def test_a_number_outside_its_range_is_an_error(tmp_path: Path) -> None:
    value = table(tmp_path, "a: 1.5\n")["a"]

    with pytest.raises(FileError, match=r"a: must be at most 1, not 1\.5"):
        value.number(at_most=1)
    with pytest.raises(FileError, match=r"a: must be at least 2, not 1\.5"):
        value.number(at_least=2)


def test_each_type_refuses_the_others(tmp_path: Path) -> None:
    found = table(tmp_path, "text: x\nlist: [1]\ntable: {a: 1}\nnothing:\nempty: ''\nno: off\n")

    with pytest.raises(FileError, match="text: must be a list, not 'x'"):
        found["text"].items()
    with pytest.raises(FileError, match="text: must be keys with values, not 'x'"):
        found["text"].table()
    with pytest.raises(FileError, match="list: must be text, not a list"):
        found["list"].text()
    with pytest.raises(FileError, match="table: must be a whole number, not keys with values"):
        found["table"].integer()
    with pytest.raises(FileError, match=r"nothing: must be a number .* not nothing"):
        found["nothing"].number()
    with pytest.raises(FileError, match="empty: must not be empty"):
        found["empty"].text()
    with pytest.raises(FileError, match="no: must be true or false, not 'off'"):
        found["no"].flag()


def test_text_is_held_to_its_pattern_and_length(tmp_path: Path) -> None:
    value = table(tmp_path, "a: A b\n")["a"]

    with pytest.raises(FileError, match="a: 'A b' is not a name"):
        value.text("[a-z]+", of="a name")
    with pytest.raises(FileError, match="is 3 characters long; 2 are allowed"):
        value.text(longest=2)


def test_a_choice_proposes_the_nearest_name_in_any_case(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="unknown name 'RUF'; did you mean 'ruff'") as caught:
        table(tmp_path, "a: RUF\n")["a"].choice({"ruff", "mypy"})

    assert caught.value.hint == "There are: mypy, ruff."


def test_a_hint_does_not_list_hundreds_of_names(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        table(tmp_path, "a: x\n")["a"].choice(f"n{number:03}" for number in range(300))

    assert caught.value.hint.endswith("n019 and 280 more.")


def test_a_message_repeats_no_more_than_a_line_of_a_wrong_value(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        table(tmp_path, f"a: {'x' * 10_000}\n")["a"].integer()

    assert len(caught.value.message) < len(str(tmp_path)) + 200


def test_named_keys_are_held_to_their_pattern(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r":2: 'b c' is not an id"):
        table(tmp_path, "a: 1\nb c: 2\n").named("[a-z]", of="an id")


def test_a_table_laid_over_another_wins_key_by_key(tmp_path: Path) -> None:
    base, top = table(tmp_path, "a: x\nb: y\n"), table(tmp_path, "b: z\nc: w\n")

    merged = top.over(base)

    assert {key: entry.value.text() for key, entry in merged.entries.items()} == {
        "a": "x",
        "b": "z",
        "c": "w",
    }
    assert merged.get("d") is None
