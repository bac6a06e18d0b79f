package io.tiercel.rules.event;

import java.nio.charset.StandardCharsets;

/** Conversion between Unicode text and byte strings, which hold one byte per char. */
public final class ByteText {
    private ByteText() {}

    /** The UTF-8 bytes of a text, one per char. */
    public static String fromUnicode(String text) {
        return ascii(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Reads a byte string as UTF-8; what is not valid becomes U+FFFD. */
    public static String toUnicode(String bytes) {
        return ascii(bytes) ? bytes : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The bytes as a byte string. */
    public static String ofBytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static boolean ascii(String text) {
        // Without a way out in the middle, the loop is done in few machine instructions.
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits |= text.charAt(i);
        }
        return bits < 0x80;
    }
}
