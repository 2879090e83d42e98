"""JavaScript in paths and keys of outputs, as a script that a worker runs: an expression, and items to evaluate."""

from hashlib import sha256

from warroom.content.integration import JAVASCRIPT, Code, Script
from warroom.context.cast import MISSING
from warroom.context.scripted import Thrown
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

SECONDS = 10  # for one expression and all items
# The source of an object begins as a block does, so it is read in brackets first; functions may follow a semicolon.
PROGRAM = """
var evaluate;
try {
    evaluate = new Function('val', 'obj', 'return (' + args.source + '\\n);');
} catch (error) {
    new Function(args.source);
    evaluate = new Function('val', 'obj', 'return eval(' + JSON.stringify(args.source) + ');');
}
return {
    answers: args.items.map(function (item) {
        try {
            var value = evaluate(item[0], item[1]);
            return value === undefined ? [1] : [0, value];
        } catch (error) {
            return [2];
        }
    })
};
"""
EXPRESSION = Script(
    id="JavaScript in a path",
    name="JavaScript in a path",
    code=Code(text=PROGRAM, sha256=sha256(PROGRAM.encode()).hexdigest(), language=JAVASCRIPT),
    timeout=SECONDS,
)


def answers_of(results: list[Json], items: int) -> list[Json]:
    """Read what the script says of each item."""
    match results:
        case [{"answers": list() as answers}] if len(answers) == items:
            return [_answer(one) for one in answers]
        case _:
            raise InvalidInputError("it gave no answer for each item; it changes what JavaScript itself is made of.")


def _answer(said: Json) -> Json:
    match said:
        case [0, value]:
            return value
        case [1]:
            return MISSING
        case _:
            return Thrown.THROWN
