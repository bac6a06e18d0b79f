package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CREAT;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/** Parameters of system calls that open, delete, rename and create files, or change the working directory. */
final class FileParameters implements ParameterSource {

    /** Open flags that make the mode valid: O_CREAT and __O_TMPFILE. */
    private static final int MODE_FLAGS = 0100 | 020000000;

    private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

    /** Leaves the bits of an index of the cached texts. */
    private static final int HASH_SHIFT = Long.SIZE - 5;

    private final long[] cachedFlags = new long[1 << Long.SIZE - HASH_SHIFT];
    private final @Nullable String[] cachedNames = new String[1 << Long.SIZE - HASH_SHIFT];
    private final RecordView r;
    private final EventPaths paths;

    FileParameters(RecordView r, EventPaths paths) {
        this.r = r;
        this.paths = paths;
    }

    @Override
    public long number(String name) {
        return switch (r.kind()) {
            case RECORD_OPEN -> openNumber(name);
            case RECORD_PATH ->
                switch (name) {
                    case "dirfd" -> r.intAt(PATH_DIRFD);
                    case "flags" -> FlagNames.encodeUnlink(r.intAt(PATH_FLAGS));
                    case "mode" -> r.intAt(PATH_MODE) & 07777;
                    default -> FieldValues.ABSENT;
                };
            case RECORD_RENAME ->
                switch (name) {
                    case "olddirfd" -> r.intAt(RENAME_OLD_DIRFD);
                    case "newdirfd" -> r.intAt(RENAME_NEW_DIRFD);
                    case "flags" -> FlagNames.encodeRename(r.intAt(RENAME_FLAGS));
                    default -> FieldValues.ABSENT;
                };
            default -> name.equals("fd") ? r.intAt(CHDIR_FD) : FieldValues.ABSENT;
        };
    }

    @Override
    public @Nullable String text(String name) {
        return switch (r.kind()) {
            case RECORD_OPEN -> name.equals("name") ? paths.raw(0) : name.equals("path") ? r.name(0) : null;
            case RECORD_PATH -> name.equals("path") || name.equals("name") ? paths.raw(0) : null;
            case RECORD_RENAME -> name.equals("oldpath") ? paths.raw(0) : name.equals("newpath") ? paths.raw(1) : null;
            default -> name.equals("path") ? paths.raw(0) : null;
        };
    }

    @Override
    public @Nullable String absolute(String name) {
        return switch (name) {
            case "name", "path", "oldpath" ->
                r.kind() == RECORD_OPEN && !r.hasName(0) && r.text(0) == null ? null : paths.absolute(0);
            case "newpath" -> paths.absolute(1);
            default -> null;
        };
    }

    @Override
    public String names(EventParameter parameter, long number) {
        return switch (r.kind()) {
            case RECORD_OPEN ->
                switch (parameter.name()) {
                    case "resolve" -> FlagNames.resolve(number);
                    case "creat_flags" -> FlagNames.creat(number);
                    default -> openNames(number);
                };
            case RECORD_PATH -> FlagNames.unlink(number);
            case RECORD_RENAME -> FlagNames.rename(number);
            default -> "";
        };
    }

    /** Returns the flags of an open in Falco's encoding. */
    private long openFlags() {
        int bits = r.intAt(OPEN_FILE_FLAGS);
        return FlagNames.encodeOpen(
                r.intAt(OPEN_FLAGS),
                (bits & FILE_CREATED) != 0,
                (bits & FILE_UPPER_LAYER) != 0,
                (bits & FILE_LOWER_LAYER) != 0);
    }

    /** Returns the names of the flags of an open. Few combinations occur, so their texts are kept. */
    private String openNames(long encoded) {
        int slot = (int) (encoded * HASH_FACTOR >>> HASH_SHIFT);
        String names = cachedNames[slot];
        if (names == null || cachedFlags[slot] != encoded) {
            names = FlagNames.open(encoded);
            cachedFlags[slot] = encoded;
            cachedNames[slot] = names;
        }
        return names;
    }

    private long openNumber(String name) {
        return switch (name) {
            case "fd" -> r.result();
            case "dirfd", "mountfd" -> r.intAt(OPEN_DIRFD);
            case "flags" -> openFlags();
            case "mode" ->
                r.syscall() == SYS_CREAT || (r.intAt(OPEN_FLAGS) & MODE_FLAGS) != 0 ? r.intAt(OPEN_MODE) & 07777 : 0;
            case "resolve" -> FlagNames.encodeResolve(r.intAt(OPEN_RESOLVE));
            case "dev" -> FdFields.userDevice(r.intAt(OPEN_DEV));
            case "ino" -> r.longAt(OPEN_INO);
            case "creat_flags" -> (r.intAt(OPEN_FILE_FLAGS) & (FILE_UPPER_LAYER | FILE_LOWER_LAYER)) >> 1;
            default -> FieldValues.ABSENT;
        };
    }
}
