package io.tiercel.rules.load;

import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The text of a YAML scalar with its position in the file.
 *
 * <p>YAML folds lines, removes indentation and decodes escapes. To find the position of a character in the file, this
 * class walks the value and the file in parallel and ignores white space. The result is exact except for rare escapes,
 * where it can be off by a few characters.
 */
record ScalarText(String value, SourcePosition position, int endLine, int endColumn, Style style) {
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }

    static ScalarText of(ScalarNode node, SourcePosition position) {
        Style style = switch (node.getScalarStyle()) {
            case SINGLE_QUOTED, DOUBLE_QUOTED -> Style.QUOTED;
            case LITERAL, FOLDED -> Style.BLOCK;
            case PLAIN, JSON_SCALAR_STYLE -> Style.PLAIN;
        };
        int endLine = node.getEndMark().map(m -> m.getLine()).orElse(position.line());
        int endColumn = node.getEndMark().map(m -> m.getColumn()).orElse(position.column());
        return new ScalarText(node.getValue(), position, endLine, endColumn, style);
    }

    /** Returns a copy with leading and trailing white space removed from the value. */
    ScalarText trimmed() {
        return new ScalarText(value.strip(), position, endLine, endColumn, style);
    }

    /** Returns the position of a character of the value, or of its end if the index is the length of the value. */
    SourcePosition at(int index) {
        String source = position.file().text();
        int end = position.file().offset(endLine, endColumn);
        int from = firstCharacter(source, end);
        int last = from;
        int valueIndex = 0;
        boolean escapes = style == Style.QUOTED && from > 0 && source.charAt(from - 1) == '"';
        for (int i = from; i < end && valueIndex < value.length(); ) {
            char c = value.charAt(valueIndex);
            if (Character.isWhitespace(c)) {
                valueIndex++;
            } else if (escapes && source.charAt(i) == '\\' && isSpaceEscape(source, i)) {
                i += 2;
            } else if (escapes && source.charAt(i) == '\\') {
                if (valueIndex >= index) {
                    return position.at(i, index);
                }
                last = i += escapeLength(source, i);
                valueIndex++;
            } else if (source.charAt(i) != c) {
                i++;
            } else if (valueIndex >= index) {
                return position.at(i, index);
            } else {
                last = ++i;
                valueIndex++;
            }
        }
        return position.at(Math.min(last, source.length()), index);
    }

    private static boolean isSpaceEscape(String source, int backslash) {
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
        int start = position.file().offset(position.line(), position.column());
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
