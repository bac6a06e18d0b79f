package io.tiercel.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.DigestException;
import java.util.Map;
import java.util.Optional;

/** A repository of a container registry, with jib's client. Pushes blobs and manifests byte for byte, so digests stay the same. */
final class ImageRegistry {
    private final ImageReference image;
    private final PrintStream progress;
    private final FailoverHttpClient http;
    private final RegistryClient client;
    private final boolean basic;

    /**
     * Prepares the access. Connects with the first push.
     *
     * @param insecure allows plain HTTP and unverified certificates. Credentials then go to loopback addresses only
     * @param progress receives one line for each blob
     */
    ImageRegistry(ImageReference image, boolean insecure, Map<String, String> environment, PrintStream progress) {
        this.image = image;
        this.progress = progress;
        boolean loopback = isLoopback(image.getRegistry());
        this.http = new FailoverHttpClient(insecure, insecure && loopback, _ -> {});
        RegistryClient.Factory factory =
                RegistryClient.factory(EventHandlers.NONE, image.getRegistry(), image.getRepository(), http);
        Optional<Credential> credential =
                insecure && !loopback ? Optional.empty() : new RegistryCredentials(environment).find(image);
        credential.ifPresent(factory::setCredential);
        this.client = factory.newRegistryClient();
        this.basic = credential.filter(each -> !each.isOAuth2RefreshToken()).isPresent();
    }

    /**
     * Pushes the layout's image: blobs that the registry misses, the manifest of each platform, and the index, if there is one.
     *
     * @return the digest that the registry has for the tag
     * @throws ImageException if the registry refuses the image, or cannot be reached or verified
     */
    String push(OciLayout layout) throws IOException {
        try {
            if (!client.doPushBearerAuth() && basic) {
                client.configureBasicAuth();
            }
            OciDescriptor root = layout.root();
            for (OciDescriptor manifest : layout.manifests()) {
                for (OciDescriptor blob : layout.blobsOf(manifest)) {
                    pushBlob(layout, blob);
                }
                pushManifest(layout, manifest, root.equals(manifest) ? tag() : manifest.digest());
            }
            if (root.mediaType().equals(OciDescriptor.INDEX)) {
                pushManifest(layout, root, tag());
            }
            return verified(root);
        } catch (RegistryUnauthorizedException e) {
            throw new ImageException(image.getRegistry() + " refused the credentials for " + image.getRepository()
                    + ", or requires some: run podman login or docker login, or set " + RegistryCredentials.USERNAME
                    + " and " + RegistryCredentials.PASSWORD);
        } catch (RegistryException e) {
            throw new ImageException(image.getRegistry() + " did not accept the image: " + e.getMessage());
        } finally {
            http.shutDown();
        }
    }

    private String tag() {
        return image.getQualifier();
    }

    private void pushBlob(OciLayout layout, OciDescriptor blob) throws IOException, RegistryException {
        DescriptorDigest digest = digest(blob);
        String what = "%s (%,d KiB)".formatted(blob.digest(), (blob.size() + 1023) / 1024);
        if (client.checkBlob(digest).isPresent()) {
            progress.println("tiercel: image: the registry has " + what);
            return;
        }
        progress.println("tiercel: image: pushing " + what + " ...");
        client.pushBlob(digest, Blobs.from(layout.blob(blob)), null, _ -> {});
    }

    private void pushManifest(OciLayout layout, OciDescriptor manifest, String reference)
            throws IOException, RegistryException {
        client.pushManifest(new RawManifest(layout.text(manifest), manifest.mediaType()), reference);
    }

    private String verified(OciDescriptor root) throws IOException, RegistryException {
        String there = client.checkManifest(tag())
                .map(ManifestAndDigest<ManifestTemplate>::getDigest)
                .map(DescriptorDigest::toString)
                .orElse("nothing");
        if (!there.equals(root.digest())) {
            throw new ImageException(image + " has " + there + " in the registry, although " + root.digest()
                    + " was pushed; another push may have changed the tag");
        }
        return there;
    }

    private static DescriptorDigest digest(OciDescriptor descriptor) {
        try {
            return DescriptorDigest.fromDigest(descriptor.digest());
        } catch (DigestException e) {
            throw new ImageException("not a digest: " + descriptor.digest());
        }
    }

    private static boolean isLoopback(String registry) {
        String host = registry.replaceFirst(":[0-9]+$", "").replaceAll("^\\[|]$", "");
        try {
            return host.equals("localhost")
                    || host.matches("[0-9.]+|[0-9a-f:]*:[0-9a-f:]*")
                            && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
