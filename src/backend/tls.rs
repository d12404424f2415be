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
    failure::ConnectReason,
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
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(verdict) = error.downcast_ref::<rustls::Error>() {
            return Some((of_verdict(verdict, host), verdict.to_string()));
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            if let Some(verdict) = io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<rustls::Error>())
            {
                return Some((of_verdict(verdict, host), verdict.to_string()));
            }
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
            return Some((reason, io.to_string()));
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
