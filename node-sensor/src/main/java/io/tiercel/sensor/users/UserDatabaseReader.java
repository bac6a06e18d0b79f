package io.tiercel.sensor.users;

import static io.tiercel.sensor.bpf.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.RecordLayout.RECORD_USERS;

import io.tiercel.sensor.bpf.RecordBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads {@code /etc/passwd} and {@code /etc/group} below the root directory of the host or of a container.
 *
 * <p>A container controls these files. The reader opens each path component relative to the one before, does not follow
 * links, and reads only regular files up to a maximum size.
 */
public final class UserDatabaseReader {
    private static final int SIZE_LIMIT = 1 << 20;
    private static final int CHUNK = 24_000;

    private final Path root;
    private String stamp = "";

    /** Creates a reader of the files below a root directory. */
    public UserDatabaseReader(Path root) {
        this.root = root;
    }

    /** Returns true if the files changed since they were last read. */
    public boolean hasChanged() {
        return !stamp.equals(currentStamp());
    }

    /**
     * Emits the users and groups as one or more records. The first record replaces the database.
     *
     * @param containerId the full id of the container; empty for the host
     */
    public void read(String containerId, Consumer<byte[]> records) {
        stamp = currentStamp();
        List<String> users = chunks(read("passwd"));
        List<String> groups = chunks(read("group"));
        for (int i = 0; i < Math.max(1, Math.max(users.size(), groups.size())); i++) {
            records.accept(new RecordBuilder(RECORD_USERS)
                    .header(HEADER_RESULT, i == 0 ? (long) UserTable.REPLACE : 0)
                    .text(containerId)
                    .text(i < users.size() ? users.get(i) : "")
                    .text(i < groups.size() ? groups.get(i) : "")
                    .build());
        }
    }

    private String currentStamp() {
        return stamp("etc/passwd") + stamp("etc/group");
    }

    private String stamp(String file) {
        try {
            Path path = root.resolve(file);
            return Files.getLastModifiedTime(path) + " " + Files.getAttribute(path, "unix:ino") + " ";
        } catch (IOException e) {
            return "none ";
        }
    }

    private String read(String fileName) {
        Path etc = Path.of("etc");
        Path file = Path.of(fileName);
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            if (!(top instanceof SecureDirectoryStream<Path> secure)) {
                return "";
            }
            try (SecureDirectoryStream<Path> directory = secure.newDirectoryStream(etc, LinkOption.NOFOLLOW_LINKS)) {
                BasicFileAttributeView view =
                        directory.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (!view.readAttributes().isRegularFile()) {
                    return "";
                }
                try (SeekableByteChannel in =
                        directory.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(in.size(), SIZE_LIMIT));
                    while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
                    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
                }
            }
        } catch (IOException e) {
            return "";
        }
    }

    /** Splits a file into parts that fit into a record, at line ends. Drops longer lines. */
    private static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        StringBuilder chunk = new StringBuilder();
        text.lines().filter(line -> line.length() < CHUNK).forEach(line -> {
            if (chunk.length() + line.length() >= CHUNK) {
                chunks.add(chunk.toString());
                chunk.setLength(0);
            }
            chunk.append(line).append('\n');
        });
        if (!chunk.isEmpty()) {
            chunks.add(chunk.toString());
        }
        return chunks;
    }
}
