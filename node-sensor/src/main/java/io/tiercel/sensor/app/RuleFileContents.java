package io.tiercel.sensor.app;

import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The contents of rule files, in order. */
record RuleFileContents(List<RuleSource> sources) {
    RuleFileContents {
        sources = List.copyOf(sources);
    }

    /** Returns a digest of the names and contents, or of the reasons why a file is unreadable. */
    String digest() {
        Sha256 digest = new Sha256();
        for (RuleSource source : sources) {
            add(digest, source.name());
            switch (source) {
                case RuleSource.Text(String _, String text) -> add(digest, text);
                case RuleSource.Unreadable unreadable -> {
                    digest.update("x");
                    add(digest, unreadable.problem().message());
                }
            }
        }
        return digest.hex();
    }

    /** Adds a part with its length, so that no two sequences of parts have the same encoding. */
    private static void add(Sha256 digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes.length + ":").update(bytes);
    }
}
