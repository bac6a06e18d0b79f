package io.tiercel.sensor.grpc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket. Its owner and group may connect (mode 0660), and other users may not write to its folder.
 */
final class UnixSocketFile {
    /** Maximum length of the path in bytes, set by the kernel. */
    private static final int MAX_BYTES = 107;

    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private @Nullable Object boundFileKey;

    UnixSocketFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Creates the folder if it does not exist, and deletes a socket on which no process listens.
     *
     * @throws GrpcException if the path cannot be used
     */
    void prepare() throws GrpcException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new GrpcException("the path of the socket " + path + " is longer than " + MAX_BYTES + " bytes");
        }
        Path folder = path.getParent();
        if (folder == null) {
            throw new GrpcException(path + " is not a valid path for a socket");
        }
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
                Files.setPosixFilePermissions(folder, FOLDER_MODE);
            } else if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new GrpcException("other users may write to " + folder
                        + " and replace the socket; choose a folder that only its owner and group can write to");
            }
            removeStale();
        } catch (IOException e) {
            throw new GrpcException("cannot create the socket " + path + ": " + e);
        }
    }

    private void removeStale() throws IOException, GrpcException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!found.isOther()) {
            throw new GrpcException(path + " exists and is not a socket");
        }
        try (SocketChannel _ = SocketChannel.open(address())) {
            throw new GrpcException("another process listens on " + path);
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    /** Sets the permissions of the bound socket. */
    void afterBind() throws GrpcException {
        try {
            Files.setPosixFilePermissions(path, FILE_MODE);
            boundFileKey = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            throw new GrpcException("cannot set the permissions of " + path + ": " + e);
        }
    }

    /** Deletes the socket if it is still the one that was bound. */
    void delete() {
        try {
            Object found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            if (found != null && found.equals(boundFileKey)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // The socket no longer exists.
        }
    }
}
