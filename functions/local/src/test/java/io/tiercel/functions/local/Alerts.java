package io.tiercel.functions.local;

import java.util.List;
import java.util.stream.IntStream;

/** Alerts for tests, as JSON. */
public final class Alerts {
    private Alerts() {}

    /** An alert of a cause that its rule names. */
    public static String alert(String id, String rule, int second) {
        return """
                {"id":"%s","hostname":"node-7","output":"12:00:00.000000000: Warning Something","priority":"Warning",\
                "output_fields":{"container.id":"host","fd.name":"/etc/shadow","proc.exepath":"/usr/bin/cat","proc.pid":%d},\
                "rule":"%s","source":"syscall","tags":["T1003","mitre_credential_access"],\
                "time":"2026-01-01T00:%02d:%02d.000000000Z"}""".formatted(id, second, rule, second / 60 % 60, second % 60);
    }

    /** Alerts of one cause with ids {@code prefix/0} and up. */
    public static List<String> ofOneCause(String prefix, String rule, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> alert(prefix + "/" + i, rule, i))
                .toList();
    }
}
