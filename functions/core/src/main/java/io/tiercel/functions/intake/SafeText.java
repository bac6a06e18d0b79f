package io.tiercel.functions.intake;

/** Makes hostile text storable and printable. */
public final class SafeText {
    private static final char REPLACEMENT = '\uFFFD';

    private SafeText() {}

    /** The text with unpaired surrogates, which no UTF-8 can hold, replaced by U+FFFD. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text, false);
            }
        }
        return text;
    }

    /**
     * The text as one line that does nothing to a terminal: control and direction characters, line separators and
     * unpaired surrogates replaced by U+FFFD.
     */
    public static String oneLine(String text) {
        return replaced(text, true);
    }

    private static String replaced(String text, boolean controls) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean bad = switch (Character.getType(point)) {
                case Character.SURROGATE -> true;
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    controls;
                default -> false;
            };
            clean.appendCodePoint(bad ? REPLACEMENT : point);
        });
        return clean.toString();
    }
}
