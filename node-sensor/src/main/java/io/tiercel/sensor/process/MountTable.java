package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.OPEN_DEV;
import static io.tiercel.sensor.bpf.record.RecordLayout.OPEN_FS_PATH_LENGTH;

import io.tiercel.sensor.bpf.record.RecordView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host's mounts. Translates a device and a path relative to its file system into the path that the host uses.
 *
 * <p>If several mounts show a file, the mount with the shortest root wins, then the earliest. So bind mounts come last.
 */
public final class MountTable {
    /** The result of a RECORD_MOUNTS that replaces the table. Other records add to it. */
    public static final int REPLACE = 1;

    /** The maximum number of mounts. {@link #ignored} counts those beyond. */
    static final int MAX_MOUNTS = 16_384;

    private static final Comparator<Mount> SHORTEST_ROOT_FIRST = Comparator.comparingInt(mount -> mount.root.length());

    /**
     * A mount.
     *
     * @param root the mounted directory of the file system; empty for its root
     * @param mountPoint the directory on the host; empty for the root
     */
    private record Mount(String root, String mountPoint) {
        boolean contains(String fsPath) {
            return fsPath.startsWith(root) && (fsPath.length() == root.length() || fsPath.charAt(root.length()) == '/');
        }
    }

    private final Map<Integer, List<Mount>> byDevice = new HashMap<>();
    private final Set<Integer> notifiedDevices = new HashSet<>();
    private int count;
    private long ignored;

    /** Applies a RECORD_MOUNTS. */
    void apply(RecordView r) {
        if (r.result() == REPLACE) {
            byDevice.clear();
            count = 0;
        }
        // Not String.lines(): a name may contain other line ends, such as a carriage return, which mountinfo does not
        // escape.
        for (String line : r.textOrEmpty(0).split("\n")) {
            add(line);
        }
        byDevice.values().forEach(mounts -> mounts.sort(SHORTEST_ROOT_FIRST));
    }

    /** Sends all mounted devices, and those that were unmounted since the last call. */
    void notifyKernel(KernelStateListener listener) {
        Set<Integer> unmounted = new HashSet<>(notifiedDevices);
        byDevice.forEach((device, mounts) -> {
            Mount first = mounts.getFirst();
            if (first.root.isEmpty()) {
                listener.deviceMounted(device, first.mountPoint);
            } else {
                listener.devicePartlyMounted(device);
            }
        });
        unmounted.removeAll(byDevice.keySet());
        unmounted.forEach(listener::deviceUnmounted);
        notifiedDevices.clear();
        notifiedDevices.addAll(byDevice.keySet());
    }

    /** Returns how many mounts were ignored because the table was full. */
    long ignored() {
        return ignored;
    }

    int size() {
        return count;
    }

    /**
     * Returns the host's path of the file in a RECORD_OPEN.
     *
     * @return null if the host does not mount the file, or its path is the record's first name
     */
    public @Nullable String hostPath(RecordView r) {
        List<Mount> mounts = byDevice.get(r.intAt(OPEN_DEV));
        int mountLength = r.nameLength(0) - r.intAt(OPEN_FS_PATH_LENGTH);
        if (mounts == null || mountLength < 0) {
            return null;
        }
        Mount first = mounts.getFirst();
        if (first.root.isEmpty() && !r.hasName(2)) {
            boolean isRecordPath = first.mountPoint.length() == mountLength && r.nameStartsWith(0, first.mountPoint);
            return isRecordPath ? null : first.mountPoint + r.name(0).substring(mountLength);
        }
        String path = r.name(0);
        String fsPath = r.name(2) + path.substring(mountLength);
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            if (mount.contains(fsPath)) {
                String hostPath = mount.mountPoint + fsPath.substring(mount.root.length());
                return hostPath.equals(path) ? null : hostPath;
            }
        }
        return null;
    }

    private void add(String line) {
        String[] fields = line.split(" ", -1);
        int colon = fields[0].indexOf(':');
        if (fields.length != 3 || colon < 0) {
            return;
        }
        if (count >= MAX_MOUNTS) {
            ignored++;
            return;
        }
        int device = Integer.parseInt(fields[0], 0, colon, 10) << 20
                | Integer.parseInt(fields[0], colon + 1, fields[0].length(), 10);
        byDevice.computeIfAbsent(device, d -> new ArrayList<>())
                .add(new Mount(unescape(fields[1]), unescape(fields[2])));
        count++;
    }

    /** Decodes the octal escapes of mountinfo for space, tab, newline and backslash. */
    private static String unescape(String escaped) {
        StringBuilder path = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\' && i + 3 < escaped.length()) {
                path.append((char) Integer.parseInt(escaped, i + 1, i + 4, 8));
                i += 3;
            } else {
                path.append(c);
            }
        }
        return path.length() == 1 ? "" : path.toString();
    }
}
