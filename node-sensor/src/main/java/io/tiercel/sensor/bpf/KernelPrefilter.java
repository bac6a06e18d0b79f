package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The first pass in the kernel: its tables, and what it has to know of the node (bpf/first_pass.h).
 *
 * <p>Of two passes one is in force and the other may be written; switching is one byte. Records say by the generation which
 * pass they went through.
 */
public final class KernelPrefilter {
    private static final int NO_EXIST = 1;
    private static final int ANY = 0;
    private static final byte EVERY = -1;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final Pointer wishes;
    private final Pointer passes;
    private final int programs;
    private final int comms;
    private final int homes;
    private final int apart;
    private final int mounts;
    private final int dropped;
    private final BitSet looked = new BitSet();
    private final List<List<Pointer>> names = List.of(new ArrayList<>(), new ArrayList<>());
    private int generation;
    private int half;

    KernelPrefilter(Runtime runtime, LibBpf bpf, Pointer wishes, Pointer passes, MapNumbers maps) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.wishes = wishes;
        this.passes = passes;
        this.programs = maps.of("programs");
        this.comms = maps.of("comms");
        this.homes = maps.of("homes");
        this.apart = maps.of("apart");
        this.mounts = maps.of("host_mounts");
        this.dropped = maps.of("dropped");
    }

    /** File descriptors of maps by their names. */
    @FunctionalInterface
    interface MapNumbers {
        int of(String name);
    }

    /**
     * Puts a pass in force.
     *
     * @param keep whether events that it would drop are handed over with a mask of 0
     * @return the generation of records that went through it
     */
    public int use(PrefilterTables tables, boolean keep) {
        half = 1 - half;
        long at = (long) half * PASS_SIZE;
        passes.putInt(at + PASS_GENERATION, 0);
        names.get(half).forEach(key -> bpf.bpf_map_delete_elem(comms, key));
        names.get(half).clear();
        generation++;
        byte[] pass = tables.pass();
        if (!tables.programs().entrySet().stream().allMatch(entry -> name(entry.getKey(), entry.getValue()))) {
            Arrays.fill(pass, PASS_COMM, PASS_UID, EVERY);
        }
        for (int number = 0; number < Syscalls.LIMIT; number++) {
            if (pass[PASS_TYPE + number] != 0) {
                looked.set(number);
            }
        }
        passes.put(at, pass, 0, PASS_SIZE);
        passes.putInt(at + PASS_GENERATION, generation);
        wishes.putByte(WISHES_KEEP, (byte) (keep ? 1 : 0));
        wishes.putByte(WISHES_PASS, (byte) (half + 1));
        return generation;
    }

    /** Has everything handed over. */
    public void off() {
        wishes.putByte(WISHES_PASS, (byte) 0);
    }

    /** A process runs this program, unless the kernel knows better. */
    public void program(int pid, String comm) {
        Pointer value = memory(PROGRAM_SIZE);
        put(value, PROGRAM_COMM, comm, COMM_SIZE - 1);
        bpf.bpf_map_update_elem(programs, key(pid), value, NO_EXIST);
    }

    /** From now on the state may not know processes that the kernel knows. */
    public void strangers() {
        wishes.putByte(WISHES_STRANGERS, (byte) 1);
    }

    /** Whether the processes in a cgroup are in a container. */
    public void home(long cgroup, boolean container) {
        Pointer value = memory(4);
        value.putInt(0, container ? HOME_CONTAINER : HOME_HOST);
        bpf.bpf_map_update_elem(homes, key(cgroup), value, ANY);
    }

    public void homeGone(long cgroup) {
        bpf.bpf_map_delete_elem(homes, key(cgroup));
    }

    /** A process is not where its cgroup is. */
    public void apart(int pid) {
        Pointer value = memory(4);
        value.putInt(0, 1);
        if (bpf.bpf_map_update_elem(apart, key(pid), value, ANY) != 0) {
            wishes.putByte(WISHES_ALL_APART, (byte) 1);
        }
    }

    /** Where the host sees all of a device's file system; empty for its root. */
    public void mount(int device, String point) {
        Pointer value = memory(HOST_MOUNT_SIZE);
        boolean fits = point.length() < HOST_MOUNT_SIZE - HOST_MOUNT_POINT;
        value.putInt(HOST_MOUNT_KIND, fits ? MOUNT_WHOLE : MOUNT_SEVERAL);
        value.putInt(HOST_MOUNT_LENGTH, fits ? point.length() : 0);
        put(value, HOST_MOUNT_POINT, fits ? point : "", HOST_MOUNT_SIZE - HOST_MOUNT_POINT);
        isNotAtRoot(device);
        if (bpf.bpf_map_update_elem(mounts, key(device), value, ANY) == 0 && point.isEmpty()) {
            wishes.putInt(WISHES_ROOT_DEVICE, device);
        }
    }

    private void isNotAtRoot(int device) {
        if (wishes.getInt(WISHES_ROOT_DEVICE) == device) {
            wishes.putInt(WISHES_ROOT_DEVICE, 0);
        }
    }

    /** The host sees parts of a device's file system. */
    public void mountedInParts(int device) {
        Pointer value = memory(HOST_MOUNT_SIZE);
        value.putInt(HOST_MOUNT_KIND, MOUNT_SEVERAL);
        isNotAtRoot(device);
        bpf.bpf_map_update_elem(mounts, key(device), value, ANY);
    }

    public void unmounted(int device) {
        isNotAtRoot(device);
        bpf.bpf_map_delete_elem(mounts, key(device));
    }

    /** Events dropped since the start, by the name of their type. */
    public SequencedMap<String, Long> dropped() {
        int cpus = bpf.libbpf_num_possible_cpus();
        Pointer values = memory(Long.BYTES * cpus);
        TreeMap<String, Long> counts = new TreeMap<>();
        looked.stream().forEach(number -> {
            String type = Syscalls.typeName(number);
            if (bpf.bpf_map_lookup_elem(dropped, key(number), values) == 0) {
                long sum = 0;
                for (int cpu = 0; cpu < cpus; cpu++) {
                    sum += values.getLong((long) Long.BYTES * cpu);
                }
                counts.merge(type, sum, Long::sum);
            }
        });
        return counts;
    }

    private boolean name(String comm, int nameClass) {
        Pointer key = memory(COMM_KEY_SIZE);
        put(key, COMM_KEY_COMM, comm, COMM_SIZE - 1);
        key.putInt(COMM_KEY_GENERATION, generation);
        Pointer value = memory(4);
        value.putInt(0, nameClass);
        names.get(half).add(key);
        return bpf.bpf_map_update_elem(comms, key, value, ANY) == 0;
    }

    private static void put(Pointer to, int offset, String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        to.put(offset, bytes, 0, Math.min(bytes.length, limit));
    }

    private Pointer key(int number) {
        Pointer key = memory(4);
        key.putInt(0, number);
        return key;
    }

    private Pointer key(long number) {
        Pointer key = memory(8);
        key.putLong(0, number);
        return key;
    }

    private Pointer memory(int size) {
        return Memory.allocateDirect(runtime, size, true);
    }
}
