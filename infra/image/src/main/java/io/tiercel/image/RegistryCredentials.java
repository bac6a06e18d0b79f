package io.tiercel.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the credentials for a registry: environment variables, the files that {@code podman login} and {@code docker login} write,
 * and installed credential helpers, in this order.
 *
 * @param environment the environment variables of the process
 */
record RegistryCredentials(Map<String, String> environment) {
    static final String USERNAME = "TIERCEL_REGISTRY_USERNAME";
    static final String PASSWORD = "TIERCEL_REGISTRY_PASSWORD";

    /** Returns the credentials, or empty if there are none: the registry may need none. */
    Optional<Credential> find(ImageReference image) {
        String username = environment.getOrDefault(USERNAME, "");
        String password = environment.getOrDefault(PASSWORD, "");
        if (username.isEmpty() != password.isEmpty()) {
            throw new ImageException("set both " + USERNAME + " and " + PASSWORD + ", or neither");
        }
        if (!username.isEmpty()) {
            return Optional.of(Credential.from(username, password));
        }
        CredentialRetrieverFactory factory = CredentialRetrieverFactory.forImage(image, _ -> {}, environment);
        List<CredentialRetriever> retrievers = new ArrayList<>();
        for (Path file : files()) {
            if (Files.isRegularFile(file)) {
                retrievers.add(factory.dockerConfig(file));
            }
        }
        retrievers.add(factory.wellKnownCredentialHelpers());
        for (CredentialRetriever each : retrievers) {
            try {
                Optional<Credential> found = each.retrieve();
                if (found.isPresent()) {
                    return found;
                }
            } catch (CredentialRetrievalException e) {
                throw new ImageException(
                        "the credentials for " + image.getRegistry() + " cannot be read: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** The files of podman and docker, in the order in which podman reads them. */
    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        add(files, "REGISTRY_AUTH_FILE", "");
        add(files, "XDG_RUNTIME_DIR", "containers/auth.json");
        if (isRoot()) {
            files.add(Path.of("/run/containers/0/auth.json"));
        }
        add(files, "XDG_CONFIG_HOME", "containers/auth.json");
        add(files, "HOME", ".config/containers/auth.json");
        add(files, "DOCKER_CONFIG", "config.json");
        add(files, "HOME", ".docker/config.json");
        return files;
    }

    private void add(List<Path> files, String variable, String below) {
        String folder = environment.getOrDefault(variable, "");
        if (!folder.isEmpty()) {
            files.add(Path.of(folder).resolve(below));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
