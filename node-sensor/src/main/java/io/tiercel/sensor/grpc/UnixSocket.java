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

/** The file of a Unix socket: for its owner and group (0660), in a folder that nobody else may write to. */
final class UnixSocket {
    /** Longest path that the kernel takes, in bytes. */
    private static final int MAX_BYTES = 107;

    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private @Nullable Object key;

    UnixSocket(Path path) {
        this.path = path.toAbsolutePath();
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Makes the folder if there is none, and takes away a socket on which nobody listens.
     *
     * @throws GrpcException if the place cannot be used
     */
    void prepare() throws GrpcException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new GrpcException(path + " is too long for a socket: at most " + MAX_BYTES + " bytes");
        }
        Path folder = path.getParent();
        if (folder == null) {
            throw new GrpcException(path + " is no place for a socket");
        }
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
                Files.setPosixFilePermissions(folder, FOLDER);
            } else if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new GrpcException("everybody may write to " + folder
                        + " and put another socket there; name one in a folder of its own");
            }
            removeStale();
        } catch (IOException e) {
            throw new GrpcException("there cannot be a socket " + path + " (" + e + ")");
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
            throw new GrpcException(path + " is there and is no socket");
        }
        try (SocketChannel _ = SocketChannel.open(address())) {
            throw new GrpcException("somebody listens on " + path + " already");
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    /** Lets the group in, once the socket is bound. */
    void bound() throws GrpcException {
        try {
            Files.setPosixFilePermissions(path, FILE);
            key = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            throw new GrpcException("the permissions of " + path + " cannot be set (" + e + ")");
        }
    }

    /** Takes the socket away if it is still the one that was bound. */
    void remove() {
        try {
            Object found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            if (found != null && found.equals(key)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // gone already
        }
    }
}
