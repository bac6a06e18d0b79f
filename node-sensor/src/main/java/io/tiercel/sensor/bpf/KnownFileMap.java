package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.load.LibBpf;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The files that rules name, in the kernel (bpf/known_files.h). */
public final class KnownFileMap {
    private static final int BPF_ANY = 0;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final int map;
    private Set<KnownFile> known = Set.of();

    KnownFileMap(Runtime runtime, LibBpf bpf, int map) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.map = map;
    }

    /** Replaces all files. If two have the same inode, one of them counts. */
    public void replace(List<KnownFile> files) {
        Set<KnownFile> removed = new HashSet<>(known);
        known = Set.copyOf(files);
        removed.removeAll(known);
        removed.forEach(file -> bpf.bpf_map_delete_elem(map, key(file)));
        known.forEach(file -> bpf.bpf_map_update_elem(map, key(file), value(file), BPF_ANY));
    }

    private Pointer key(KnownFile file) {
        Pointer key = Memory.allocateDirect(runtime, KNOWN_FILE_KEY_SIZE, true);
        key.putLong(KNOWN_FILE_KEY_INO, file.inode());
        key.putInt(KNOWN_FILE_KEY_DEV, file.device());
        return key;
    }

    private Pointer value(KnownFile file) {
        Pointer value = Memory.allocateDirect(runtime, KNOWN_FILE_SIZE, true);
        byte[] path = file.path().getBytes(StandardCharsets.ISO_8859_1);
        value.putInt(KNOWN_FILE_NUMBER, file.number());
        value.putInt(KNOWN_FILE_LENGTH, path.length);
        value.put(KNOWN_FILE_PATH, path, 0, path.length);
        return value;
    }
}
