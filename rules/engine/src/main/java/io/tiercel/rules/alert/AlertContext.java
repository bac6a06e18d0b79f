package io.tiercel.rules.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes and the container behind an alert, whatever the output of its rule contains. Its JSON form has at most {@link
 * #MAX_BYTES} bytes: {@link #of} leaves out the processes that are farthest from the event until it fits.
 *
 * @param ancestors the process of the event, then its parent, grandparent and so on; at most {@link #MAX_PROCESSES}
 * @param container the container; null for processes of the host
 * @param truncated whether {@link #of} left out processes because of the size
 */
public record AlertContext(
        List<AlertProcess> ancestors, @Nullable AlertContainer container, boolean truncated) {
    /** Maximum number of processes: that of the event and eight ancestors. */
    public static final int MAX_PROCESSES = 9;

    /** Maximum size of the JSON form in bytes of UTF-8. */
    public static final int MAX_BYTES = 8 * 1024;

    /** More than the keys, numbers, times and punctuation of a process. */
    private static final int PROCESS_BYTES = 160;

    /** More than the keys, numbers, times and punctuation of a container and of the context. */
    private static final int CONTAINER_BYTES = 320;

    /** A control character has six bytes in JSON. */
    private static final int MAX_ESCAPED_BYTES = 6;

    public AlertContext {
        ancestors = ancestors.size() <= MAX_PROCESSES
                ? List.copyOf(ancestors)
                : List.copyOf(ancestors.subList(0, MAX_PROCESSES));
    }

    /** Returns the context of an alert that fits into {@link #MAX_BYTES}. */
    public static AlertContext of(List<AlertProcess> processes, @Nullable AlertContainer container) {
        int left = MAX_BYTES - size(container);
        int count = Math.min(processes.size(), MAX_PROCESSES);
        for (int i = 0; i < count; i++) {
            left -= size(processes.get(i));
            if (left < 0) {
                return new AlertContext(processes.subList(0, i), container, true);
            }
        }
        return new AlertContext(processes, container, false);
    }

    private static int size(AlertProcess process) {
        return PROCESS_BYTES
                + size(process.name())
                + size(process.exe())
                + size(process.cmdline())
                + size(process.user());
    }

    private static int size(@Nullable AlertContainer c) {
        return c == null
                ? CONTAINER_BYTES
                : CONTAINER_BYTES
                        + size(c.id())
                        + size(c.name())
                        + size(c.image())
                        + size(c.imageDigest())
                        + size(c.runtime())
                        + size(c.pod())
                        + size(c.namespace())
                        + size(c.podUid());
    }

    /** Returns the size of a text in JSON and UTF-8, or a little more. */
    private static int size(@Nullable String text) {
        int size = 0;
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            size += c < ' '
                    ? MAX_ESCAPED_BYTES
                    : c == '"' || c == '\\' || c >= 0x80 && c < 0x800 ? 2 : c < 0x80 ? 1 : 3;
        }
        return size;
    }
}
