<?php
// PHP's own web server, with pretty permalinks and the faults of a web server in front of WordPress.
$faults = getenv( 'TEST_SITE_FOLDER' ) . '/faults/';

if ( is_file( $faults . 'strip-authorization' ) ) {
	unset( $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'], $_SERVER['HTTP_AUTHORIZATION'] );
}
if ( is_file( $faults . 'no-wp-json' ) && str_starts_with( $_SERVER['REQUEST_URI'], '/wp-json' ) ) {
	http_response_code( 404 );
	echo '<!doctype html><title>404 Not Found</title>';
	return true;
}

$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ( '/' !== $path && ( is_file( $file ) || is_file( rtrim( $file, '/' ) . '/index.php' ) ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
$_SERVER['PHP_SELF']    = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
