package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/** An OCI image index: the manifests of one multi-platform image, or of a whole layout. */
@JsonIgnoreProperties(ignoreUnknown = true)
record OciIndex(int schemaVersion, String mediaType, List<OciDescriptor> manifests) {
    static OciIndex of(List<OciDescriptor> manifests) {
        return new OciIndex(2, OciDescriptor.INDEX, manifests);
    }
}
