package io.tiercel.functions.notification.file;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.silence.InvalidSilence;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.SilenceTimes;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the part {@code silences} of the notification file. */
final class SilenceReader {
    private static final int MAX_SILENCES = 200;
    private static final int ID_DIGITS = 16;
    private static final int MAX_NAME = 200;

    private final Instant now;

    SilenceReader(Instant now) {
        this.now = now;
    }

    /** Returns the silences in the order of the file. Those that have ended are valid, so that an old file can be loaded. */
    List<Silence> read(YamlNode part) {
        List<YamlNode> items = part.items();
        if (items.size() > MAX_SILENCES) {
            throw part.error("found " + items.size() + " silences", "write at most " + MAX_SILENCES);
        }
        List<Silence> silences = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : items) {
            Map<String, YamlNode> parts = item.mapping(Set.of("silence", "when", "reason", "owner", "until", "all"));
            YamlNode name = item.required(parts, "silence");
            if (!names.add(text(name, MAX_NAME))) {
                throw name.error("another silence has the same name", "use a different name for each silence");
            }
            silences.add(silence(item, parts, name.text()));
        }
        return List.copyOf(silences);
    }

    private Silence silence(YamlNode item, Map<String, YamlNode> parts, String name) {
        YamlNode all = parts.get("all");
        YamlNode when = item.required(parts, "when");
        try {
            SilenceRequest.checkCondition(when.text(), all != null && all.bool());
        } catch (InvalidSilence e) {
            throw when.error(e.problem(), e.correction());
        }
        return new Silence(
                "file-" + Sha256.hex(name).substring(0, ID_DIGITS),
                when.text(),
                text(item.required(parts, "reason"), Silence.MAX_REASON),
                text(item.required(parts, "owner"), Silence.MAX_OWNER),
                Source.FILE,
                "file",
                Instant.EPOCH,
                until(item.required(parts, "until")));
    }

    private Instant until(YamlNode node) {
        Instant until = SilenceTimes.parse(node.text())
                .orElseThrow(() -> node.error("\"" + node.text() + "\" is not a time", SilenceTimes.EXPECTED));
        if (until.isAfter(now.plus(SilenceRequest.MAX_FILE_DURATION))) {
            throw node.error(
                    "the silence ends too late",
                    "use a time within the next " + SilenceRequest.MAX_FILE_DURATION.toDays() + " days");
        }
        return until;
    }

    private static String text(YamlNode node, int max) {
        String text = SafeText.oneLine(node.text()).strip();
        if (text.length() > max) {
            throw node.error("the text has " + text.length() + " characters", "write at most " + max);
        }
        return text;
    }
}
