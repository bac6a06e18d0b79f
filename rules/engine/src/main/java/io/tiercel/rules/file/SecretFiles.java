package io.tiercel.rules.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Checks who can access a file with a secret, such as a key or a token. A file that users other than its owner and group can access is
 * refused.
 *
 * <p>Volumes that a container runtime mounts into one container only are exempt, because they have mode 0444 or 0644 by default: volumes
 * of the kubelet, which switches their content with the link {@code ..data}, and {@code /run/secrets}.
 */
public final class SecretFiles {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    /** The link of the kubelet's volumes to the folder with the current content, whose name starts with two dots. */
    private static final String KUBELET_LINK = "..data";

    private static final Path RUN_SECRETS = Path.of("/run/secrets");

    private SecretFiles() {}

    /**
     * Checks the permissions of a file, after following links.
     *
     * @throws IOException if other users can access the file, or if its permissions cannot be read; the message names the file
     */
    public static void check(Path file) throws IOException {
        if (!mountedForContainer(file)
                && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new IOException("other users can access the secret in " + file + "; run: chmod o= " + file);
        }
    }

    private static boolean mountedForContainer(Path file) throws IOException {
        Path real = file.toRealPath();
        Path version = real.getParent();
        Path volume = version == null ? null : version.getParent();
        boolean kubelet = version != null
                && volume != null
                && version.getFileName().toString().startsWith("..")
                && Files.isSymbolicLink(volume.resolve(KUBELET_LINK))
                && Files.isSameFile(volume.resolve(KUBELET_LINK), version);
        return kubelet
                || file.toAbsolutePath().normalize().startsWith(RUN_SECRETS)
                || Files.exists(RUN_SECRETS, LinkOption.NOFOLLOW_LINKS) && real.startsWith(RUN_SECRETS.toRealPath());
    }
}
