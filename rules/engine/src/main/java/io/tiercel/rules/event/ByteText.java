package io.tiercel.rules.event;

import java.nio.charset.StandardCharsets;

/** Conversion between Unicode text and byte strings, which have one byte per char. */
public final class ByteText {
    private ByteText() {}

    /** Returns the UTF-8 bytes of a text as a byte string. */
    public static String fromUnicode(String text) {
        return ascii(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Decodes a byte string as UTF-8. Invalid bytes become U+FFFD. */
    public static String toUnicode(String bytes) {
        return ascii(bytes) ? bytes : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Returns the bytes as a byte string. */
    public static String ofBytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static boolean ascii(String text) {
        // Without an early exit, the JIT compiler can vectorize this loop.
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits |= text.charAt(i);
        }
        return bits < 0x80;
    }
}
