package io.tiercel.sensor.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of a Unix socket on which a server listens. Other users may not write to its folder. */
public final class UnixSocketFile {
    /** Maximum length of the path in bytes, set by the kernel. */
    private static final int MAX_BYTES = 107;

    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");

    /** Who may connect. */
    public enum Access {
        OWNER("rw-------"),
        OWNER_AND_GROUP("rw-rw----");

        private final Set<PosixFilePermission> mode;

        Access(String mode) {
            this.mode = PosixFilePermissions.fromString(mode);
        }
    }

    private final Path path;
    private final Access access;
    private @Nullable Object boundFileKey;

    public UnixSocketFile(Path path, Access access) {
        this.path = path.toAbsolutePath();
        this.access = access;
    }

    public UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Creates the folder if it does not exist, and deletes a socket on which no process listens.
     *
     * @throws IOException if the path cannot be used; the message names it
     */
    public void prepare() throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IOException("the path of the socket " + path + " is longer than " + MAX_BYTES + " bytes");
        }
        Path folder = path.getParent();
        if (folder == null) {
            throw new IOException(path + " is not a valid path for a socket");
        }
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
                Files.setPosixFilePermissions(folder, FOLDER_MODE);
            } else if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IOException("other users may write to " + folder
                        + " and replace the socket; choose a folder that only its owner and group can write to");
            }
            removeStale();
        } catch (FileSystemException e) {
            throw new IOException("cannot create the socket " + path + ": " + e, e);
        }
    }

    private void removeStale() throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!found.isOther()) {
            throw new IOException(path + " exists and is not a socket");
        }
        try (SocketChannel _ = SocketChannel.open(address())) {
            throw new IOException("another process listens on " + path);
        } catch (ConnectException e) {
            Files.delete(path);
        } catch (SocketException e) {
            throw new IOException("cannot connect to " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Sets the permissions of the bound socket.
     *
     * @throws IOException if that fails; the message names the file
     */
    public void afterBind() throws IOException {
        try {
            Files.setPosixFilePermissions(path, access.mode);
            boundFileKey = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            throw new IOException("cannot set the permissions of " + path + ": " + e, e);
        }
    }

    /** Deletes the socket if it is still the one that was bound. */
    public void delete() {
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
