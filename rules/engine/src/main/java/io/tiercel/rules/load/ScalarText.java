package io.tiercel.rules.load;

import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A scalar's text with the stretch of the file that it came from.
 *
 * <p>YAML folds lines, drops indentation and decodes escapes, so a character's place in the file is found by walking both
 * texts along the characters that are not blank. This is exact but for rare escapes, where it may point a little
 * beside.
 */
record ScalarText(String value, SourcePosition spot, int endLine, int endColumn, Style style) {
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }

    static ScalarText of(ScalarNode node, SourcePosition spot) {
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
    SourcePosition at(int position) {
        String source = spot.file().text();
        int end = spot.file().offset(endLine, endColumn);
        int from = firstCharacter(source, end);
        int last = from;
        int wanted = 0;
        boolean escapes = style == Style.QUOTED && from > 0 && source.charAt(from - 1) == '"';
        for (int i = from; i < end && wanted < value.length(); ) {
            char c = value.charAt(wanted);
            if (Character.isWhitespace(c)) {
                wanted++;
            } else if (escapes && source.charAt(i) == '\\' && isBlankEscape(source, i)) {
                i += 2;
            } else if (escapes && source.charAt(i) == '\\') {
                if (wanted >= position) {
                    return spot.at(i, position);
                }
                last = i += escapeLength(source, i);
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

    private static boolean isBlankEscape(String source, int backslash) {
        return backslash + 1 < source.length() && " nrt\n\r\tNLP_".indexOf(source.charAt(backslash + 1)) >= 0;
    }

    private static int escapeLength(String source, int backslash) {
        if (backslash + 1 == source.length()) {
            return 1;
        }
        return switch (source.charAt(backslash + 1)) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
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
