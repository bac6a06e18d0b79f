package io.tiercel.rules.load;

import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A scalar's text with the stretch of the file that it came from.
 *
 * <p>YAML folds lines, drops indentation and decodes escapes, so a character's place in the file is found by walking both
 * texts along the characters that are not blank. This is exact for plain, literal and folded scalars and for quoted ones
 * without escapes; with escapes it may point a little beside.
 */
record ScalarText(String value, Spot spot, int endLine, int endColumn, Style style) {
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }

    static ScalarText of(ScalarNode node, Spot spot) {
        Style style = switch (node.getScalarStyle()) {
            case SINGLE_QUOTED, DOUBLE_QUOTED -> Style.QUOTED;
            case LITERAL, FOLDED -> Style.BLOCK;
            case PLAIN, JSON_SCALAR_STYLE -> Style.PLAIN;
        };
        int endLine = node.getEndMark().map(m -> m.getLine()).orElse(spot.line());
        int endColumn = node.getEndMark().map(m -> m.getColumn()).orElse(spot.column());
        return new ScalarText(node.getValue(), spot, endLine, endColumn, style);
    }

    /** The same place with another text, for a value that was trimmed. */
    ScalarText trimmed() {
        return new ScalarText(value.strip(), spot, endLine, endColumn, style);
    }

    /** The place of a character of the value; of its end if the position is the value's length. */
    Spot at(int position) {
        String source = spot.file().text();
        int end = spot.file().offset(endLine, endColumn);
        int from = firstCharacter(source, end);
        int last = from;
        int wanted = 0;
        for (int i = from; i < end && wanted < value.length(); ) {
            char c = value.charAt(wanted);
            if (Character.isWhitespace(c)) {
                wanted++;
            } else if (source.charAt(i) != c) {
                i++;
            } else if (wanted >= position) {
                return spot.at(i, position);
            } else {
                last = ++i;
                wanted++;
            }
        }
        return spot.at(Math.min(last, source.length()), position);
    }

    private int firstCharacter(String source, int end) {
        int start = spot.file().offset(spot.line(), spot.column());
        return switch (style) {
            case PLAIN -> start;
            case QUOTED -> Math.min(start + 1, end);
            case BLOCK -> {
                int lineBreak = source.indexOf('\n', start);
                yield lineBreak < 0 ? start : Math.min(lineBreak + 1, end);
            }
        };
    }
}
