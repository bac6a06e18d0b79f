package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;

/**
 * A manifest or index that jib sends byte for byte. Its own templates would write the members in another order, which changes the
 * digest.
 */
record RawManifest(@JsonValue @JsonRawValue String json, String mediaType) implements ManifestTemplate {
    @Override
    public int getSchemaVersion() {
        return 2;
    }

    @Override
    public String getManifestMediaType() {
        return mediaType;
    }
}
