package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.RecordLayout.RECORD_NAMES;

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
 * {@code /etc/passwd} and {@code /etc/group} below a root, perhaps that of a container.
 *
 * <p>A container may put there what it likes, so nothing is followed out of its root: each step is opened relative to
 * the one before and without following links, and only regular files of limited size are read.
 */
final class UserFiles {
    private static final int SIZE_LIMIT = 1 << 20;
    private static final int CHUNK = 24_000;

    private final Path root;
    private String stamp = "";

    UserFiles(Path root) {
        this.root = root;
    }

    /** Whether the files are others than when they were last read. */
    boolean changed() {
        return !stamp.equals(stampNow());
    }

    /** Hands over all names as records; at least one, that empties what was known. */
    void read(String container, Consumer<byte[]> records) {
        stamp = stampNow();
        List<String> users = chunks(text("passwd"));
        List<String> groups = chunks(text("group"));
        for (int i = 0; i < Math.max(1, Math.max(users.size(), groups.size())); i++) {
            records.accept(new RecordBuilder(RECORD_NAMES)
                    .header(HEADER_RESULT, i == 0 ? (long) NodeState.NAMES_ANEW : 0)
                    .text(container)
                    .text(i < users.size() ? users.get(i) : "")
                    .text(i < groups.size() ? groups.get(i) : "")
                    .build());
        }
    }

    private String stampNow() {
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

    private String text(String name) {
        Path etc = Path.of("etc");
        Path file = Path.of(name);
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
