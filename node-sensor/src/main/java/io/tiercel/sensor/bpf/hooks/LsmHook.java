package io.tiercel.sensor.bpf.hooks;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The optional programs of {@code bpf/hooks.h}. Each one hooks a function of the kernel and remembers the kernel's copy of what
 * a syscall works on. It is attached only while events of its types are selected.
 */
public enum LsmHook {
    COPY_UNLINK("unlink", "unlinkat"),
    COPY_RMDIR("rmdir", "unlinkat"),
    COPY_MKDIR("mkdir", "mkdirat"),
    COPY_RENAME("rename", "renameat", "renameat2"),
    COPY_LINK("link", "linkat"),
    COPY_SYMLINK("symlink", "symlinkat"),
    COPY_CHMOD("chmod", "fchmodat"),
    COPY_CHOWN("chown", "lchown", "fchownat"),
    COPY_TRUNCATE("truncate"),
    COPY_INSTALL("open", "creat", "openat", "openat2", "open_by_handle_at"),
    COPY_CONNECT("connect"),
    COPY_BIND("bind"),
    COPY_SEND("sendto", "sendmsg");

    private static final Pattern SECTION = Pattern.compile("(?:fentry|fexit)/(.+)");

    private final Set<String> eventTypes;

    LsmHook(String... eventTypes) {
        this.eventTypes = Set.of(eventTypes);
    }

    /** Returns the event types whose records include the copies of this hook. */
    Set<String> eventTypes() {
        return eventTypes;
    }

    /** Returns true if one of the selected event types needs this hook. */
    boolean isNeeded(Set<String> selected) {
        return eventTypes.stream().anyMatch(selected::contains);
    }

    /** Returns the hook with this program name; null if the program is not a hook. */
    public static @Nullable LsmHook of(String program) {
        return Stream.of(values())
                .filter(hook -> hook.program().equals(program))
                .findFirst()
                .orElse(null);
    }

    /** Returns the function that a program of this section hooks; null for a tracepoint program. */
    public static @Nullable String function(String section) {
        Matcher hook = SECTION.matcher(section);
        return hook.matches() ? hook.group(1) : null;
    }

    private String program() {
        return name().toLowerCase(Locale.ROOT);
    }
}
