//! TLS by rustls, with libpq's `sslmode` meanings
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use std::{error::Error, fs, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};

use super::{
    failure::{ConnectReason, plain},
    url::{Tls, TlsMode},
};

/// The authorities to trust: the file's, else the system's.
pub(super) fn authorities(tls: &Tls) -> Result<Vec<CertificateDer<'static>>, String> {
    match tls.root_cert.as_deref() {
        Some(path) if path != Path::new("system") => certificates(path),
        _ => Ok(rustls_native_certs::load_native_certs().certs),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = fs::read(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("`{}`: {error}", path.display()))?;
    if found.is_empty() {
        return Err(format!("`{}` holds no certificate", path.display()));
    }
    Ok(found)
}

/// The configuration of a client.
pub(super) fn client_config(tls: &Tls) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let strict = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authorities(tls)?);
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| error.to_string())
    };
    let lenient = |authority| Lenient {
        provider: Arc::clone(&provider),
        authority,
    };
    let verifier: Arc<dyn ServerCertVerifier> = match tls.effective_mode() {
        TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => Arc::new(lenient(None)),
        TlsMode::VerifyCa => Arc::new(lenient(Some(strict()?))),
        TlsMode::VerifyFull => strict()?,
    };
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match (&tls.client_cert, &tls.client_key) {
        (Some(cert), Some(key)) => {
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| format!("`{}`: {error}", key.display()))?;
            builder
                .with_client_auth_cert(certificates(cert)?, key)
                .map_err(|error| error.to_string())
        }
        (None, None) => Ok(builder.with_no_client_auth()),
        _ => Err("a client certificate and its key go together".to_owned()),
    }
}

/// A client's RSA key as PKCS#1, which is all that mysql_async takes.
#[cfg(feature = "mysql")]
pub(super) fn rsa_key(path: &Path) -> Result<Vec<u8>, String> {
    let key = PrivateKeyDer::from_pem_file(path)
        .map_err(|error| format!("`{}`: {error}", path.display()))?;
    match &key {
        PrivateKeyDer::Pkcs1(key) => Some(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => inside_pkcs8(key.secret_pkcs8_der()),
        _ => None,
    }
    .map(ToOwned::to_owned)
    .ok_or_else(|| {
        format!(
            "`{}` holds no RSA key, and MySQL connections take no other kind",
            path.display()
        )
    })
}

/// The PKCS#1 key that a PKCS#8 one of the RSA kind holds
/// (<https://www.rfc-editor.org/rfc/rfc5208#section-5>).
#[cfg(feature = "mysql")]
fn inside_pkcs8(der: &[u8]) -> Option<&[u8]> {
    /// `rsaEncryption`, 1.2.840.113549.1.1.1, as an object identifier.
    const RSA: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    let (sequence, _) = der_value(der, 0x30)?;
    let (_, rest) = der_value(sequence, 0x02)?;
    let (algorithm, rest) = der_value(rest, 0x30)?;
    let (key, _) = der_value(rest, 0x04)?;
    algorithm.starts_with(&RSA).then_some(key)
}

/// The content of the DER value that stands first, if it has the tag; and what follows it.
#[cfg(feature = "mysql")]
fn der_value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length = length.iter().try_fold(0_usize, |sum, byte| {
            Some(sum.checked_mul(256)? + usize::from(*byte))
        })?;
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    (found == tag).then_some((content, rest))
}

/// A host name that a certificate, refused only for its name, is for: `None` when that was not the
/// reason, or when it is for no name at all.
#[cfg(feature = "mysql")]
pub(super) fn presented_name(error: &(dyn Error + 'static)) -> Option<String> {
    let rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
        presented,
        ..
    }) = verdict(error)?
    else {
        return None;
    };
    // As webpki writes them: `DnsName("*.example.org")`, `IpAddress(127.0.0.1)`.
    presented.iter().find_map(|name| {
        let name = name.strip_prefix("DnsName(\"")?.strip_suffix("\")")?;
        let name = name
            .strip_prefix("*.")
            .map_or_else(|| name.to_owned(), |domain| format!("any.{domain}"));
        Some(name)
    })
}

/// Finds rustls' verdict in an error's chain of causes.
fn verdict<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inside = error
            .downcast_ref::<std::io::Error>()
            .and_then(|io| io.get_ref())
            .and_then(|inner| inner.downcast_ref());
        if let Some(verdict) = error.downcast_ref().or(inside) {
            return Some(verdict);
        }
        cause = error.source();
    }
    None
}

/// Asks less of the server's certificate than rustls does by itself.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    /// Checks the authority but not the host name (`verify-ca`); nothing is checked without
    /// (`prefer` and `require`).
    authority: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.authority.as_ref().map(|authority| {
            authority.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        match verdict {
            None
            | Some(Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ))) => Ok(ServerCertVerified::assertion()),
            Some(verdict) => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Finds rustls' verdict, or the system's, in an error's chain of causes.
pub(super) fn reason(error: &(dyn Error + 'static), host: &str) -> Option<(ConnectReason, String)> {
    if let Some(verdict) = verdict(error) {
        return Some((of_verdict(verdict, host), verdict.to_string()));
    }
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            let reason = match io.kind() {
                std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NotFound => {
                    ConnectReason::Refused
                }
                std::io::ErrorKind::TimedOut => ConnectReason::TimedOut,
                std::io::ErrorKind::PermissionDenied => ConnectReason::Forbidden,
                std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::UnexpectedEof => {
                    ConnectReason::Starting
                }
                _ if io.to_string().contains("lookup") => ConnectReason::UnknownHost,
                _ => ConnectReason::Other,
            };
            return Some((reason, plain(&io.to_string())));
        }
        cause = error.source();
    }
    None
}

fn of_verdict(verdict: &rustls::Error, host: &str) -> ConnectReason {
    match verdict {
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => ConnectReason::TlsUnknownIssuer,
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => ConnectReason::TlsWrongHost {
            host: host.to_owned(),
        },
        _ => ConnectReason::Tls,
    }
}
