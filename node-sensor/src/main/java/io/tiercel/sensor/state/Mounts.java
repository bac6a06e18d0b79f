package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.OPEN_DEV;
import static io.tiercel.sensor.bpf.RecordLayout.OPEN_PLACE_LENGTH;

import io.tiercel.sensor.bpf.RecordView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host's mounts: under which name the host sees a file of which the device and the place in its file system are
 * known.
 *
 * <p>Where several mounts show a file, the one that shows most of its file system counts, then the earliest: a bind
 * mount is not the file's home.
 */
final class Mounts {
    /** Mounts beyond are left out, with what lies on them: {@link #leftOut} says how many. */
    static final int MAX_MOUNTS = 16_384;

    /** Result of a RECORD_MOUNTS that replaces what was known; others add to it. */
    static final int ANEW = 1;

    private static final Comparator<Mount> HOME_FIRST = Comparator.comparingInt(mount -> mount.root.length());

    /**
     * @param root directory of the file system that is mounted, empty for all of it
     * @param point where, empty for the host's root
     */
    private record Mount(String root, String point) {
        boolean shows(String place) {
            return place.startsWith(root) && (place.length() == root.length() || place.charAt(root.length()) == '/');
        }
    }

    private final Map<Integer, List<Mount>> byDevice = new HashMap<>();
    private final Set<Integer> told = new HashSet<>();
    private int count;
    private long leftOut;

    /** Takes over a RECORD_MOUNTS. */
    void apply(RecordView r) {
        if (r.result() == ANEW) {
            byDevice.clear();
            count = 0;
        }
        r.textOrEmpty(0).lines().forEach(this::add);
        byDevice.values().forEach(mounts -> mounts.sort(HOME_FIRST));
    }

    /** Says what is mounted now, and what was told before and is no more. */
    void tell(Whereabouts whereabouts) {
        Set<Integer> gone = new HashSet<>(told);
        byDevice.forEach((device, mounts) -> {
            Mount home = mounts.getFirst();
            if (home.root.isEmpty()) {
                whereabouts.mount(device, home.point);
            } else {
                whereabouts.mountedInParts(device);
            }
        });
        gone.removeAll(byDevice.keySet());
        gone.forEach(whereabouts::unmounted);
        told.clear();
        told.addAll(byDevice.keySet());
    }

    /** Mounts that were left out since the start because there were too many. */
    long leftOut() {
        return leftOut;
    }

    int size() {
        return count;
    }

    /**
     * The host's name for the file of a RECORD_OPEN.
     *
     * @return null if the host does not see the file, or sees it under the record's first name
     */
    @Nullable
    String hostName(RecordView r) {
        List<Mount> mounts = byDevice.get(r.intAt(OPEN_DEV));
        int outside = r.nameLength(0) - r.intAt(OPEN_PLACE_LENGTH);
        if (mounts == null || outside < 0) {
            return null;
        }
        Mount home = mounts.getFirst();
        if (home.root.isEmpty() && !r.hasName(2)) {
            boolean same = home.point.length() == outside && r.nameStartsWith(0, home.point);
            return same ? null : home.point + r.name(0).substring(outside);
        }
        String path = r.name(0);
        String place = r.name(2) + path.substring(outside);
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            if (mount.shows(place)) {
                String name = mount.point + place.substring(mount.root.length());
                return name.equals(path) ? null : name;
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
            leftOut++;
            return;
        }
        int device = Integer.parseInt(fields[0], 0, colon, 10) << 20
                | Integer.parseInt(fields[0], colon + 1, fields[0].length(), 10);
        byDevice.computeIfAbsent(device, d -> new ArrayList<>()).add(new Mount(path(fields[1]), path(fields[2])));
        count++;
    }

    /** Without the escapes of mountinfo: a blank, tab, newline or backslash is written as three octal digits. */
    private static String path(String escaped) {
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
