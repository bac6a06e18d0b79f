package io.tiercel.rules.alert;

import io.tiercel.rules.text.Utf8Limit;
import org.jspecify.annotations.Nullable;

/**
 * A process in the context of an alert. Unknown texts are null. Longer texts than the limits are cut and end with {@code ...}.
 *
 * @param pid process id in the host's pid namespace
 * @param name name of the process, as in {@code proc.name}
 * @param exe path of the executable, as in {@code proc.exepath}
 * @param cmdline name and arguments, as in {@code proc.cmdline}
 * @param user name of the user, or the user id if it has no name
 * @param startNanos start in nanoseconds since the epoch; 0 if unknown
 */
public record AlertProcess(
        long pid,
        @Nullable String name,
        @Nullable String exe,
        @Nullable String cmdline,
        @Nullable String user,
        long startNanos) {
    /** Maximum length of {@link #exe} and {@link #cmdline}, in bytes of UTF-8. */
    public static final int MAX_TEXT_BYTES = 256;

    /** Maximum length of {@link #name} and {@link #user}, in bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 64;

    public AlertProcess {
        name = name == null ? null : Utf8Limit.cut(name, MAX_NAME_BYTES);
        exe = exe == null ? null : Utf8Limit.cut(exe, MAX_TEXT_BYTES);
        cmdline = cmdline == null ? null : Utf8Limit.cutArguments(cmdline, MAX_TEXT_BYTES);
        user = user == null ? null : Utf8Limit.cut(user, MAX_NAME_BYTES);
    }
}
