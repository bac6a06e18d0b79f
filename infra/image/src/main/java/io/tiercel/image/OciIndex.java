package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/** A list of manifests: of one image for several platforms, or of all that a layout holds. */
@JsonIgnoreProperties(ignoreUnknown = true)
record OciIndex(int schemaVersion, String mediaType, List<OciDescriptor> manifests) {
    static OciIndex of(List<OciDescriptor> manifests) {
        return new OciIndex(2, OciDescriptor.INDEX, manifests);
    }
}
