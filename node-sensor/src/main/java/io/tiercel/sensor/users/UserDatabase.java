package io.tiercel.sensor.users;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The users and groups of the host or of one container. */
final class UserDatabase {
    /** The maximum size in bytes; further entries are ignored. Files of the maximum size fit, if their lines are not tiny. */
    static final long MAX_BYTES = 1 << 20;

    private static final Pattern NEWLINE = Pattern.compile("\n", Pattern.LITERAL);

    final IdTable names = new IdTable();
    final IdTable homes = new IdTable();
    final IdTable shells = new IdTable();
    final IdTable groups = new IdTable();

    /** Adds the lines of a passwd and a group file. Invalid lines are ignored. */
    void add(String passwd, String group) {
        lines(passwd).map(line -> line.split(":", -1)).forEach(f -> {
            Integer uid = f.length < 7 || bytes() >= MAX_BYTES ? null : parseId(f[2]);
            if (uid != null) {
                names.add(uid, f[0]);
                homes.add(uid, f[5]);
                shells.add(uid, f[6]);
            }
        });
        lines(group).map(line -> line.split(":", -1)).forEach(f -> {
            Integer gid = f.length < 3 || bytes() >= MAX_BYTES ? null : parseId(f[2]);
            if (gid != null) {
                groups.add(gid, f[0]);
            }
        });
    }

    /**
     * Splits a file into lines. Unlike {@link String#lines}, it does not split at a carriage return, which the C library takes
     * for a part of the line: a user who may change an own entry (chfn) must not add another one.
     */
    static Stream<String> lines(String file) {
        return NEWLINE.splitAsStream(file);
    }

    long bytes() {
        return names.bytes() + homes.bytes() + shells.bytes() + groups.bytes();
    }

    private static @Nullable Integer parseId(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
