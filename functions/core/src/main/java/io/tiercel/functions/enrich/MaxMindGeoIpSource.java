package io.tiercel.functions.enrich;

import com.maxmind.db.Reader.FileMode;
import com.maxmind.geoip2.DatabaseReader;
import com.maxmind.geoip2.exception.GeoIp2Exception;
import com.maxmind.geoip2.model.AsnResponse;
import com.maxmind.geoip2.model.CityResponse;
import com.maxmind.geoip2.model.CountryResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Places from files in MaxMind's format, of the kinds City, Country and ASN (GeoLite2, GeoIP2, DB-IP and others have them).
 * The files are mapped into memory and belong to the user: none come with Tiercel.
 */
public final class MaxMindGeoIpSource implements GeoIpSource, AutoCloseable {
    private final List<DatabaseReader> cities = new ArrayList<>();
    private final List<DatabaseReader> countries = new ArrayList<>();
    private final List<DatabaseReader> systems = new ArrayList<>();

    private MaxMindGeoIpSource() {}

    /**
     * Opens files.
     *
     * @throws IllegalArgumentException if one cannot be read or is of another kind; the message says which
     */
    public static MaxMindGeoIpSource open(List<Path> files) {
        MaxMindGeoIpSource places = new MaxMindGeoIpSource();
        for (Path file : files) {
            places.add(file);
        }
        return places;
    }

    private void add(Path file) {
        try {
            DatabaseReader reader = new DatabaseReader.Builder(file.toFile())
                    .fileMode(FileMode.MEMORY_MAPPED)
                    .build();
            String kind = reader.metadata().databaseType();
            String lower = kind.toLowerCase(Locale.ROOT);
            if (lower.contains("city") || lower.contains("enterprise")) {
                cities.add(reader);
            } else if (lower.contains("country")) {
                countries.add(reader);
            } else if (lower.contains("asn")) {
                systems.add(reader);
            } else {
                reader.close();
                throw new IllegalArgumentException(
                        file + " is of the kind " + kind + ": City, Country and ASN are of use here");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read as a MaxMind database: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Place of(InetAddress address) {
        try {
            String country = null;
            String city = null;
            for (DatabaseReader reader : cities) {
                Optional<CityResponse> found = reader.tryCity(address);
                country = found.isPresent() && country == null
                        ? found.get().country().isoCode()
                        : country;
                city = found.isPresent() && city == null ? found.get().city().name() : city;
            }
            for (DatabaseReader reader : countries) {
                Optional<CountryResponse> found = reader.tryCountry(address);
                country = found.isPresent() && country == null
                        ? found.get().country().isoCode()
                        : country;
            }
            Long asn = null;
            String organisation = null;
            for (DatabaseReader reader : systems) {
                Optional<AsnResponse> found = reader.tryAsn(address);
                asn = found.isPresent() && asn == null ? found.get().autonomousSystemNumber() : asn;
                organisation = found.isPresent() && organisation == null
                        ? found.get().autonomousSystemOrganization()
                        : organisation;
            }
            return country == null && city == null && asn == null && organisation == null
                    ? null
                    : new Place(country, city, asn, organisation);
        } catch (IOException e) {
            throw new UncheckedIOException("a MaxMind database cannot be read: " + e.getMessage(), e);
        } catch (GeoIp2Exception e) {
            throw new IllegalStateException("a MaxMind database is broken: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        for (List<DatabaseReader> readers : List.of(cities, countries, systems)) {
            for (DatabaseReader reader : readers) {
                try {
                    reader.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
