package io.tiercel.functions.intake;

/** Sanitizes text from untrusted sources for storage and for terminals. */
public final class SafeText {
    /** Stands for a character that was replaced. */
    static final char REPLACEMENT = '\uFFFD';

    private SafeText() {}

    /** Replaces unpaired surrogates, which UTF-8 cannot encode, by U+FFFD. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replace(text, false);
            }
        }
        return text;
    }

    /**
     * Returns the text as one line that is safe for a terminal. Replaces control and direction characters, line separators and
     * unpaired surrogates by U+FFFD.
     */
    public static String oneLine(String text) {
        return replace(text, true);
    }

    private static String replace(String text, boolean controls) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean unsafe = switch (Character.getType(point)) {
                case Character.SURROGATE -> true;
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    controls;
                default -> false;
            };
            clean.appendCodePoint(unsafe ? REPLACEMENT : point);
        });
        return clean.toString();
    }
}
