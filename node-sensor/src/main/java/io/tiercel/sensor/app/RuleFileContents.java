package io.tiercel.sensor.app;

import io.tiercel.rules.load.RuleSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The rule files as they were read, in their order. */
record RuleFileContents(List<RuleSource> sources) {
    RuleFileContents {
        sources = List.copyOf(sources);
    }

    /** The same for the same names and contents (or reasons why there is none), else different. */
    String digest() {
        MessageDigest digest = sha256();
        for (RuleSource source : sources) {
            add(digest, source.name());
            switch (source) {
                case RuleSource.Text(String _, String text) -> add(digest, text);
                case RuleSource.Unreadable unreadable -> {
                    digest.update((byte) 'x');
                    add(digest, unreadable.problem().message());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A length before each part, so that no two series of parts look alike. */
    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
