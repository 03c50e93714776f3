<?php
// Faults that tests switch on by a file, and a mail box that keeps what would have been sent.

/** The content of a fault's file, or null when it is off. */
function test_fault( $name ) {
	$file = getenv( 'TEST_SITE_FOLDER' ) . '/faults/' . $name;
	return is_file( $file ) ? file_get_contents( $file ) : null;
}

/** Sleeps as long as the fault is on, at most 30 seconds. */
function test_sleep( $name ) {
	for ( $tenths = 0; $tenths < 300 && null !== test_fault( $name ); $tenths++ ) {
		usleep( 100000 );
		clearstatcache();
	}
}

function test_is_user_write( $request ) {
	return 'GET' !== $request->get_method() && str_starts_with( $request->get_route(), '/wp/v2/users' );
}

// The worker sleeps before it does what was asked.
add_filter(
	'rest_pre_dispatch',
	function ( $result, $server, $request ) {
		test_sleep( 'slow' );
		if ( test_is_user_write( $request ) ) {
			file_put_contents( getenv( 'TEST_SITE_FOLDER' ) . '/writes.log', $request->get_method() . ' ' . $request->get_route() . "\n", FILE_APPEND );
			test_sleep( 'slow-before-write' );
		}
		return $result;
	},
	10,
	3
);

// What was asked is done, and the answer is late or never comes.
add_filter(
	'rest_post_dispatch',
	function ( $response, $server, $request ) {
		if ( test_is_user_write( $request ) ) {
			test_sleep( 'slow-after-write' );
			if ( null !== test_fault( 'lose-answer' ) ) {
				posix_kill( getmypid(), SIGKILL );
			}
		}
		return $response;
	},
	10,
	3
);

add_filter(
	'pre_wp_mail',
	function ( $sent, $mail ) {
		$kept = array( 'to' => $mail['to'], 'subject' => $mail['subject'] );
		file_put_contents( getenv( 'TEST_SITE_FOLDER' ) . '/mails.log', wp_json_encode( $kept ) . "\n", FILE_APPEND );
		return true;
	},
	10,
	2
);
