package io.tiercel.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.regex.Pattern;

/** Names of images in registries. */
final class ImageName {
    private static final Pattern REGISTRY = Pattern.compile("(localhost|[^/]*[.:][^/]*)/.+");

    private ImageName() {}

    /**
     * Parses a name with registry and tag.
     *
     * @throws ImageException if the registry or the tag is missing: a default would push to a public registry
     */
    static ImageReference inRegistry(String name) {
        String example = "; use the form registry.example.com/tiercel/sensor:" + ImageSpec.VERSION;
        if (!REGISTRY.matcher(name).matches()) {
            throw new ImageException("\"" + name + "\" does not name a registry" + example);
        }
        try {
            ImageReference reference = ImageReference.parse(name);
            if (reference.getDigest().isPresent() || reference.usesDefaultTag() && !name.endsWith(":latest")) {
                throw new ImageException("\"" + name + "\" does not name a tag" + example);
            }
            return reference;
        } catch (InvalidImageReferenceException e) {
            throw new ImageException("\"" + name + "\" is not a valid image name" + example);
        }
    }
}
