package io.tiercel.functions.local.anchor;

import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.incident.StoreUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Anchors in a directory, one read-only file each: {@code 00000042.json}. The names sort in order of the anchors. Copy the directory to
 * another machine to protect it from an intruder on this one.
 */
public final class FileAnchorStore implements AnchorStore {
    private static final Pattern NAME = Pattern.compile("[0-9]{8}\\.json");

    private final Path folder;
    private final Runnable beforeAdd;

    /** Uses a directory, which {@link #add} creates if it does not exist. */
    public FileAnchorStore(Path folder) {
        this(folder, () -> {});
    }

    /**
     * Uses a directory.
     *
     * @param beforeAdd makes the anchored entries durable; its exception prevents the anchor. After a power failure, an anchor of entries
     *     that were lost would look like a deletion
     */
    public FileAnchorStore(Path folder, Runnable beforeAdd) {
        this.folder = folder;
        this.beforeAdd = beforeAdd;
    }

    private Path file(long sequence) {
        return folder.resolve("%08d.json".formatted(sequence));
    }

    @Override
    public long newest() {
        long newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (NAME.matcher(name).matches()) {
                    newest = Math.max(newest, Long.parseLong(name.substring(0, name.indexOf('.'))));
                }
            }
            return newest;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return 0;
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    @Override
    public Optional<String> read(long sequence) {
        try {
            Path file = file(sequence);
            return Files.size(file) > MAX_BYTES ? Optional.of("") : Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException e) {
            // Not a document that this class has written.
            return Optional.of("");
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    @Override
    public boolean add(long sequence, String document) {
        beforeAdd.run();
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = file(sequence);
            Path part = folder.resolve("%08d.part".formatted(sequence));
            Files.deleteIfExists(part);
            write(part, document);
            try {
                // A link fails if the anchor exists, unlike a move.
                Files.createLink(file, part);
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.deleteIfExists(part);
            }
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
            return true;
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    private static void write(Path file, String document) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }

    private StoreUnavailable failed(String operation, IOException e) {
        return new StoreUnavailable(
                "could not " + operation + " the anchors in " + folder.toAbsolutePath() + ": "
                        + e.getClass().getSimpleName() + ": " + e.getMessage(),
                e);
    }
}
