<?php
/**
 * Plugin Name:       Rollcall companion
 * Description:       Keeps each member's tags, fields and contacts from Rollcall, shows content by tag, asks Rollcall for the latest when a member signs in, and takes its one-time sign-in links.
 * Version:           1.2.0
 * Requires at least: 5.6
 * Requires PHP:      7.4
 * License:           MIT
 * Text Domain:       rollcall-companion
 * Domain Path:       /languages
 *
 * One file, on purpose: put it into wp-content/mu-plugins, or into wp-content/plugins and activate it. Rollcall makes
 * and updates users without it; what it adds is listed above. It makes no database tables.
 *
 * For themes and plugins:  if ( rollcall_has_tag( 'Gold' ) ) { … }
 * For pages:               [rollcall tag="Gold|Silver" not="Paused" fallback="For members."]…[/rollcall]
 *                          [rollcall tag="Gold"]…[rollcall_else]…[/rollcall]
 *
 * @package RollcallCompanion
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

// A second copy, in the other of the two folders, stays silent instead of taking the site down.
if ( ! defined( 'ROLLCALL_COMPANION_OPTION' ) ) :

define( 'ROLLCALL_COMPANION_OPTION', 'rollcall_companion' );
define( 'ROLLCALL_COMPANION_TROUBLE', 'rollcall_companion_trouble' );
define( 'ROLLCALL_COMPANION_RESTING', 'rollcall_companion_resting' );
define( 'ROLLCALL_COMPANION_META', array( 'rollcall_member', 'rollcall_contacts', 'rollcall_tags', 'rollcall_fields' ) );

/*
 * What Rollcall keeps with a user.
 */

/**
 * Registers the user meta that Rollcall writes over the REST API.
 */
function rollcall_companion_register_meta() {
	$text_list = array(
		'type'  => 'array',
		'items' => array( 'type' => 'string' ),
	);
	$schemas   = array(
		'rollcall_member'   => array( 'type' => 'string' ),
		'rollcall_contacts' => $text_list,
		'rollcall_tags'     => $text_list,
		'rollcall_fields'   => array(
			'type'                 => 'object',
			'additionalProperties' => array( 'type' => 'string' ),
		),
	);
	foreach ( $schemas as $key => $schema ) {
		register_meta(
			'user',
			$key,
			array(
				'type'              => $schema['type'],
				'single'            => true,
				'show_in_rest'      => array( 'schema' => $schema ),
				'sanitize_callback' => 'rollcall_companion_clean',
				'auth_callback'     => 'rollcall_companion_may_write',
			)
		);
	}
}
add_action( 'init', 'rollcall_companion_register_meta' );

/**
 * Whether a user may write what Rollcall keeps with users.
 *
 * @param bool   $allowed  Not used: being able to edit oneself is not enough.
 * @param string $meta_key Not used.
 * @param int    $subject  The user whose meta it is.
 * @param int    $user_id  The user who asks.
 * @return bool
 */
function rollcall_companion_may_write( $allowed, $meta_key, $subject, $user_id ) {
	return user_can( $user_id, 'list_users' ) && user_can( $user_id, 'edit_users' );
}

/**
 * Takes Rollcall's meta out of REST answers for everybody who does not manage users: WordPress shows registered meta
 * of authors to every visitor.
 *
 * @param WP_REST_Response $response The answer about one user.
 * @return WP_REST_Response
 */
function rollcall_companion_hide_meta( $response ) {
	if ( current_user_can( 'list_users' ) && current_user_can( 'edit_users' ) ) {
		return $response;
	}
	$data = $response->get_data();
	if ( isset( $data['meta'] ) && is_array( $data['meta'] ) ) {
		$data['meta'] = array_diff_key( $data['meta'], array_flip( ROLLCALL_COMPANION_META ) );
		$response->set_data( $data );
	}
	return $response;
}
add_filter( 'rest_prepare_user', 'rollcall_companion_hide_meta', 99 );

/**
 * Text as it came, without what is no text: tags are compared letter by letter, so nothing else is changed here.
 * Everything is escaped where it is shown.
 *
 * @param mixed $value Text, a list of texts, or texts by name.
 * @return string|array
 */
function rollcall_companion_clean( $value ) {
	if ( is_array( $value ) ) {
		return array_map( 'rollcall_companion_clean', array_filter( $value, 'is_scalar' ) );
	}
	$text = wp_check_invalid_utf8( is_scalar( $value ) ? (string) $value : '' );
	return preg_replace( '/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/', '', $text );
}

/**
 * Copies the fields to the user meta keys that the site chose, before the fields themselves are stored: a request that
 * is cut off in between is then seen as unfinished, and repeated.
 *
 * @param mixed  $check    Handed on as it is; null lets WordPress store the meta.
 * @param int    $user_id  The user.
 * @param string $meta_key The key that is about to be written.
 * @param mixed  $fields   Its new value.
 * @return mixed
 */
function rollcall_companion_copy_fields( $check, $user_id, $meta_key, $fields ) {
	if ( 'rollcall_fields' !== $meta_key || ! is_array( $fields ) ) {
		return $check;
	}
	foreach ( $fields as $key => $value ) {
		if ( ! rollcall_companion_is_free_key( (string) $key ) ) {
			continue;
		}
		$text = sanitize_textarea_field( (string) $value );
		if ( '' === $text ) {
			delete_user_meta( $user_id, $key );
		} else {
			update_user_meta( $user_id, $key, wp_slash( $text ) );
		}
	}
	return $check;
}
add_filter( 'add_user_metadata', 'rollcall_companion_copy_fields', 10, 4 );
add_filter( 'update_user_metadata', 'rollcall_companion_copy_fields', 10, 4 );

/**
 * Whether a field may be stored under this user meta key: never one that decides what a user may do.
 *
 * @param string $key A user meta key.
 * @return bool
 */
function rollcall_companion_is_free_key( $key ) {
	$free = 1 === preg_match( '/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/', $key )
		&& ! is_protected_meta( $key, 'user' )
		&& 1 !== preg_match( '/^rollcall_|capabilities|user_level|session_tokens|password|^(primary_blog|source_domain|use_ssl)$/i', $key );
	/**
	 * Filters whether Rollcall may write a user meta key.
	 *
	 * @param bool   $free Whether it may.
	 * @param string $key  The user meta key.
	 */
	return (bool) apply_filters( 'rollcall_may_write_user_meta', $free, $key );
}

/**
 * Lets one request at a time make a user of an address. WordPress looks whether there is one and then makes one, so a
 * slow request and its repeat could both. The database lets go of the lock when the request ends.
 *
 * @param object $prepared What is about to be stored.
 * @return object The same.
 */
function rollcall_companion_one_at_a_time( $prepared ) {
	global $wpdb;
	if ( empty( $prepared->ID ) && ! empty( $prepared->user_email ) ) {
		$shown = $wpdb->suppress_errors();
		$wpdb->query( $wpdb->prepare( 'SELECT GET_LOCK(%s, 10)', 'rollcall_' . md5( strtolower( $prepared->user_email ) ) ) );
		$wpdb->suppress_errors( $shown );
	}
	return $prepared;
}
add_filter( 'rest_pre_insert_user', 'rollcall_companion_one_at_a_time' );

/*
 * Content by tag.
 */

/**
 * Whether a user has a tag, letter case and outer spaces aside. A visitor has none.
 *
 * @param string $tag     The tag's name as in the CRM.
 * @param int    $user_id The user; the current one by default.
 * @return bool
 */
function rollcall_has_tag( $tag, $user_id = 0 ) {
	$user_id = $user_id ? (int) $user_id : get_current_user_id();
	$tags    = $user_id ? get_user_meta( $user_id, 'rollcall_tags', true ) : array();
	return is_array( $tags )
		&& in_array( rollcall_companion_fold( $tag ), array_map( 'rollcall_companion_fold', $tags ), true );
}

/**
 * A tag's name for comparison.
 *
 * @param mixed $tag A tag's name.
 * @return string
 */
function rollcall_companion_fold( $tag ) {
	$text = trim( (string) $tag );
	return function_exists( 'mb_strtolower' ) ? mb_strtolower( $text, 'UTF-8' ) : strtolower( $text );
}

/**
 * Whether the current user has at least one of some tags.
 *
 * @param string $names Names with | between them.
 * @return bool
 */
function rollcall_companion_has_any( $names ) {
	foreach ( array_filter( array_map( 'trim', explode( '|', $names ) ), 'strlen' ) as $name ) {
		if ( rollcall_has_tag( $name ) ) {
			return true;
		}
	}
	return false;
}

/**
 * Shows what is between [rollcall] and [/rollcall] to those it is for, and the rest after [rollcall_else], or the
 * fallback, to everybody else. Without any tag named it shows nothing but the fallback.
 *
 * @param array|string $attributes tag, not, fallback.
 * @param string|null  $content    What is between.
 * @return string
 */
function rollcall_companion_shortcode( $attributes, $content = null ) {
	$asked = shortcode_atts(
		array(
			'tag'      => '',
			'not'      => '',
			'fallback' => '',
		),
		$attributes,
		'rollcall'
	);
	// Quotes arrive as entities when the page was written in the visual editor.
	$tag = wp_specialchars_decode( $asked['tag'], ENT_QUOTES );
	$not = wp_specialchars_decode( $asked['not'], ENT_QUOTES );

	// What one member sees must not be kept for the next visitor.
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		define( 'DONOTCACHEPAGE', true );
	}
	$parts = explode( '[rollcall_else]', (string) $content, 2 );
	$shows = ( '' !== $tag || '' !== $not )
		&& ( '' === $tag || rollcall_companion_has_any( $tag ) )
		&& ( '' === $not || ! rollcall_companion_has_any( $not ) );
	if ( $shows ) {
		return do_shortcode( $parts[0] );
	}
	return isset( $parts[1] ) ? do_shortcode( $parts[1] ) : esc_html( wp_specialchars_decode( $asked['fallback'], ENT_QUOTES ) );
}
add_shortcode( 'rollcall', 'rollcall_companion_shortcode' );

/*
 * The latest on sign-in.
 */

/**
 * Where Rollcall is, and the token it knows this site by. Constants in wp-config.php win over the settings page.
 *
 * @return array{url: string, token: string}
 */
function rollcall_companion_settings() {
	$stored = get_option( ROLLCALL_COMPANION_OPTION );
	$stored = is_array( $stored ) ? $stored : array();
	$url    = defined( 'ROLLCALL_URL' ) ? ROLLCALL_URL : ( isset( $stored['url'] ) ? $stored['url'] : '' );
	$token  = defined( 'ROLLCALL_TOKEN' ) ? ROLLCALL_TOKEN : ( isset( $stored['token'] ) ? $stored['token'] : '' );
	return array(
		'url'   => untrailingslashit( (string) $url ),
		'token' => (string) $token,
	);
}

/**
 * Asks Rollcall to read the member who signs in from the CRM, and keeps the tags it answers, so that the first page is
 * right already. Whatever goes wrong is noted for the administrator and forgotten here: nobody waits longer than two
 * seconds, and after a failure nobody waits at all for a minute.
 *
 * @param string       $login Not used.
 * @param WP_User|null $user  Who signed in.
 */
function rollcall_companion_refresh( $login, $user = null ) {
	$settings = rollcall_companion_settings();
	if ( ! $user instanceof WP_User || '' === $settings['url'] || '' === $settings['token'] || get_transient( ROLLCALL_COMPANION_RESTING ) ) {
		return;
	}
	try {
		$member = rollcall_companion_ask( $settings, $user->user_email );
		if ( isset( $member['tags'] ) && is_array( $member['tags'] ) ) {
			update_user_meta( $user->ID, 'rollcall_tags', wp_slash( array_values( array_filter( $member['tags'], 'is_string' ) ) ) );
		}
		if ( get_option( ROLLCALL_COMPANION_TROUBLE ) ) {
			delete_option( ROLLCALL_COMPANION_TROUBLE );
		}
	} catch ( Throwable $trouble ) {
		set_transient( ROLLCALL_COMPANION_RESTING, 1, MINUTE_IN_SECONDS );
		rollcall_companion_note( $trouble );
	}
}
add_action( 'wp_login', 'rollcall_companion_refresh', 10, 2 );

/**
 * Asks Rollcall to read one member from the CRM.
 *
 * @param array  $settings Where, and with which token.
 * @param string $email    Whose member it is about.
 * @return array The member; empty when Rollcall does not know one.
 * @throws RuntimeException When Rollcall cannot be asked.
 */
function rollcall_companion_ask( $settings, $email ) {
	$body   = array(
		'email'     => $email,
		'timeoutMs' => 1500,
	);
	$answer = rollcall_companion_post( $settings, 'members/refresh', $body, array( 404 ) );
	return isset( $answer['member'] ) && is_array( $answer['member'] ) ? $answer['member'] : array();
}

/**
 * One question to Rollcall.
 *
 * @param array  $settings Where, and with which token.
 * @param string $path     What is asked, below /api/v1.
 * @param array  $body     With which values.
 * @param int[]  $none     The statuses that mean "there is none".
 * @return array The answer; when there is none, why under "none".
 * @throws RuntimeException When Rollcall cannot be asked.
 */
function rollcall_companion_post( $settings, $path, $body, $none ) {
	$answer = wp_remote_post(
		$settings['url'] . '/api/v1/' . $path,
		array(
			'timeout'     => 2,
			'redirection' => 0,
			'headers'     => array(
				'Authorization' => 'Bearer ' . $settings['token'],
				'Content-Type'  => 'application/json',
			),
			'body'        => wp_json_encode( $body ),
		)
	);
	if ( is_wp_error( $answer ) ) {
		throw new RuntimeException( $answer->get_error_message() );
	}
	$status = (int) wp_remote_retrieve_response_code( $answer );
	$read   = json_decode( wp_remote_retrieve_body( $answer ), true );
	$read   = is_array( $read ) ? $read : array();
	if ( in_array( $status, $none, true ) ) {
		$why = isset( $read['error']['details']['reason'] ) ? $read['error']['details']['reason'] : '';
		return array( 'none' => is_string( $why ) ? $why : '' );
	}
	if ( 200 !== $status ) {
		throw new RuntimeException( 401 === $status || 403 === $status ? __( 'Rollcall refused the token.', 'rollcall-companion' ) : "HTTP $status" );
	}
	return $read;
}

/**
 * Keeps what went wrong for the page under Settings.
 *
 * @param Throwable $trouble What went wrong.
 */
function rollcall_companion_note( $trouble ) {
	update_option(
		ROLLCALL_COMPANION_TROUBLE,
		array(
			'at'   => time(),
			'what' => $trouble->getMessage(),
		),
		false
	);
}

/*
 * One-time sign-in links.
 */

/**
 * Takes a sign-in link that Rollcall made. Opening it shows a button, since mail scanners open links too; pressing it
 * exchanges the code with Rollcall, once, and signs the member in. Only the browser that was shown the button can press
 * it: else a page elsewhere could sign its visitors in as somebody whose code it has. A nonce would not do, since all
 * visitors who are not signed in share one. Who may not sign in gets the same answer as with a code that is not known.
 */
function rollcall_companion_sign_in() {
	// phpcs:disable WordPress.Security.NonceVerification -- See above.
	$given = isset( $_POST['rollcall_code'] ) ? wp_unslash( $_POST['rollcall_code'] ) : null; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Compared with a pattern below.
	$shown = isset( $_GET['rollcall_code'] ) ? wp_unslash( $_GET['rollcall_code'] ) : null; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Escaped where it is shown.
	// phpcs:enable
	if ( null === $given && null === $shown ) {
		return;
	}
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		define( 'DONOTCACHEPAGE', true );
	}
	nocache_headers();
	header( 'Referrer-Policy: no-referrer' );
	header( 'X-Robots-Tag: noindex' );
	header( 'X-Frame-Options: DENY' );
	if ( null === $given ) {
		rollcall_companion_sign_in_page( is_string( $shown ) ? $shown : '', '' );
		exit;
	}
	$code = is_string( $given ) ? $given : '';
	$link = rollcall_companion_is_same_browser( $code ) ? rollcall_companion_redeem( $code ) : array( 'none' => 'browser' );
	$user = isset( $link['member'] ) ? rollcall_companion_user_of( $link['member'] ) : null;
	if ( ! $user || ! rollcall_companion_may_sign_in( $user ) ) {
		status_header( 403 );
		rollcall_companion_sign_in_page( null, isset( $link['none'] ) ? $link['none'] : 'unknown' );
		exit;
	}
	rollcall_companion_browser_cookie( '', time() - DAY_IN_SECONDS );
	wp_set_current_user( $user->ID );
	wp_set_auth_cookie( $user->ID );
	/** This action is documented in wp-includes/user.php */
	do_action( 'wp_login', $user->user_login, $user );
	$page = isset( $link['returnTo'] ) && is_string( $link['returnTo'] ) ? $link['returnTo'] : '';
	wp_safe_redirect( '' === $page ? home_url( '/' ) : wp_validate_redirect( $page, home_url( '/' ) ), 303 );
	exit;
}
add_action( 'template_redirect', 'rollcall_companion_sign_in', 0 );

/**
 * The name of the cookie that tells browsers apart while they sign in. Over https no neighbour under the same domain
 * can set it.
 *
 * @return string
 */
function rollcall_companion_browser_name() {
	return is_ssl() ? '__Host-rollcall_browser' : 'rollcall_browser';
}

/**
 * Sets that cookie, or takes it back.
 *
 * @param string $value   What it holds.
 * @param int    $expires Until when; 0 for as long as the browser is open.
 */
function rollcall_companion_browser_cookie( $value, $expires ) {
	setcookie(
		rollcall_companion_browser_name(),
		$value,
		array(
			'expires'  => $expires,
			'path'     => '/',
			'secure'   => is_ssl(),
			'httponly' => true,
			'samesite' => 'Lax',
		)
	);
}

/**
 * What the cookie of this browser holds, if it looks like ours.
 *
 * @return string 64 hexadecimal digits, or nothing.
 */
function rollcall_companion_browser() {
	$name  = rollcall_companion_browser_name();
	$value = isset( $_COOKIE[ $name ] ) ? wp_unslash( $_COOKIE[ $name ] ) : ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Compared with a pattern here.
	return is_string( $value ) && 1 === preg_match( '/^[0-9a-f]{64}$/D', $value ) ? $value : '';
}

/**
 * What the form of a code carries for the browser that was shown it.
 *
 * @param string $browser What the cookie holds.
 * @param string $code    The code.
 * @return string
 */
function rollcall_companion_state( $browser, $code ) {
	return hash_hmac( 'sha256', $browser . '|' . $code, wp_salt( 'nonce' ) );
}

/**
 * Whether a form comes from the browser that was shown its button, for this very code.
 *
 * @param string $code As the form sent it.
 * @return bool
 */
function rollcall_companion_is_same_browser( $code ) {
	$site    = isset( $_SERVER['HTTP_SEC_FETCH_SITE'] ) ? sanitize_text_field( wp_unslash( $_SERVER['HTTP_SEC_FETCH_SITE'] ) ) : 'same-origin';
	$state   = isset( $_POST['rollcall_state'] ) ? wp_unslash( $_POST['rollcall_state'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- Compared in full.
	$browser = rollcall_companion_browser();
	return 'same-origin' === $site && '' !== $browser && is_string( $state )
		&& hash_equals( rollcall_companion_state( $browser, $code ), $state );
}

/**
 * Exchanges a code with Rollcall.
 *
 * @param string $code As the form sent it.
 * @return array The member and where the link leads; or under "none" why there is nobody, as far as a visitor may know.
 */
function rollcall_companion_redeem( $code ) {
	$settings = rollcall_companion_settings();
	if ( '' === $settings['url'] || '' === $settings['token'] || 1 !== preg_match( '/^[A-Za-z0-9_-]{20,128}$/D', $code ) ) {
		return array( 'none' => 'unknown' );
	}
	try {
		$answer = rollcall_companion_post( $settings, 'sign-in-links/redeem', array( 'code' => $code ), array( 404, 409 ) );
		return isset( $answer['none'] ) || ( isset( $answer['member'] ) && is_array( $answer['member'] ) ) ? $answer : array( 'none' => 'unknown' );
	} catch ( Throwable $trouble ) {
		rollcall_companion_note( $trouble );
		return array( 'none' => 'unknown' );
	}
}

/**
 * The one user whom Rollcall keeps for a member: linked by its id, or else by exactly the same address and linked to
 * nobody else.
 *
 * @param array $member As Rollcall knows them.
 * @return WP_User|null
 */
function rollcall_companion_user_of( $member ) {
	$id    = isset( $member['id'] ) && is_string( $member['id'] ) ? $member['id'] : '';
	$email = isset( $member['email'] ) && is_string( $member['email'] ) ? $member['email'] : '';
	if ( '' === $id ) {
		return null;
	}
	$linked = get_users(
		array(
			'meta_key'   => 'rollcall_member', // phpcs:ignore WordPress.DB.SlowDBQuery -- Once a sign-in.
			'meta_value' => $id, // phpcs:ignore WordPress.DB.SlowDBQuery
			'number'     => 2,
		)
	);
	if ( $linked ) {
		return 1 === count( $linked ) ? $linked[0] : null;
	}
	$same = '' === $email ? false : get_user_by( 'email', $email );
	return $same && '' === (string) get_user_meta( $same->ID, 'rollcall_member', true ) ? $same : null;
}

/**
 * Whether a link may sign this user in: a member of this site, whom no security plug-in holds back, and nobody who can
 * manage it, so that who holds Rollcall does not hold the site.
 *
 * @param WP_User $user The user.
 * @return bool
 */
function rollcall_companion_may_sign_in( $user ) {
	if ( is_multisite() && ! is_user_member_of_blog( $user->ID ) ) {
		return false;
	}
	$is_free = ! is_super_admin( $user->ID )
		&& ! array_intersect( array( 'administrator', 'editor' ), (array) $user->roles )
		&& ! array_filter( array( 'manage_options', 'edit_users', 'promote_users', 'edit_others_posts' ), array( $user, 'has_cap' ) );
	/**
	 * Filters whether a one-time link of Rollcall may sign a user in. Those who can manage the site may not by default.
	 *
	 * @param bool    $is_free Whether it may.
	 * @param WP_User $user    The user.
	 */
	if ( ! apply_filters( 'rollcall_may_sign_in', $is_free, $user ) ) {
		return false;
	}
	/** This filter is documented in wp-includes/user.php */
	return apply_filters( 'wp_authenticate_user', $user, '' ) instanceof WP_User;
}

/**
 * A page of its own, whatever the theme: the button, or why the link works no more.
 *
 * @param string|null $code What the button sends; null where there is nothing to press.
 * @param string      $why  What is known of a link that works no more.
 */
function rollcall_companion_sign_in_page( $code, $why ) {
	$sentences = array(
		'used'    => __( 'This link was used already. Ask for a new one.', 'rollcall-companion' ),
		'expired' => __( 'This link has expired. Ask for a new one.', 'rollcall-companion' ),
		'browser' => __( 'This button was not pressed on a page that this browser opened, or the browser keeps no cookies. Open the link in your mail again, and press the button there.', 'rollcall-companion' ),
	);
	$sentence  = isset( $sentences[ $why ] ) ? $sentences[ $why ] : __( 'This link works no more. Ask for a new one.', 'rollcall-companion' );
	if ( null !== $code ) {
		// Kept where there is one, so that two pages that are open at once both work.
		$browser = rollcall_companion_browser();
		$browser = '' === $browser ? bin2hex( random_bytes( 32 ) ) : $browser;
		rollcall_companion_browser_cookie( $browser, 0 );
	}
	?>
	<!doctype html>
	<html <?php language_attributes(); ?>>
	<head>
		<meta charset="<?php bloginfo( 'charset' ); ?>">
		<meta name="viewport" content="width=device-width">
		<title><?php echo esc_html( get_bloginfo( 'name' ) ); ?></title>
		<style>body{font:16px/1.5 sans-serif;margin:15vh auto;max-width:24em;padding:0 1em;text-align:center}button{font:inherit;padding:.6em 1.6em}</style>
	</head>
	<body>
		<h1><?php echo esc_html( get_bloginfo( 'name' ) ); ?></h1>
		<?php if ( null === $code ) : ?>
			<p role="alert"><?php echo esc_html( $sentence ); ?></p>
			<p><a href="<?php echo esc_url( wp_login_url() ); ?>"><?php esc_html_e( 'Sign in with a password', 'rollcall-companion' ); ?></a></p>
		<?php else : ?>
			<form method="post" action="<?php echo esc_url( home_url( '/' ) ); ?>">
				<input type="hidden" name="rollcall_code" value="<?php echo esc_attr( $code ); ?>">
				<input type="hidden" name="rollcall_state" value="<?php echo esc_attr( rollcall_companion_state( $browser, $code ) ); ?>">
				<button type="submit"><?php esc_html_e( 'Sign in', 'rollcall-companion' ); ?></button>
			</form>
		<?php endif; ?>
	</body>
	</html>
	<?php
}

/*
 * Set-up.
 */

/**
 * Adds the page under Settings and its option, which options.php saves after its own nonce and capability check.
 */
function rollcall_companion_admin() {
	add_options_page(
		__( 'Rollcall', 'rollcall-companion' ),
		__( 'Rollcall', 'rollcall-companion' ),
		'manage_options',
		'rollcall-companion',
		'rollcall_companion_page'
	);
}
add_action( 'admin_menu', 'rollcall_companion_admin' );

/**
 * Registers the option.
 */
function rollcall_companion_register_setting() {
	register_setting(
		ROLLCALL_COMPANION_OPTION,
		ROLLCALL_COMPANION_OPTION,
		array(
			'type'              => 'object',
			'sanitize_callback' => 'rollcall_companion_clean_settings',
			'show_in_rest'      => false,
		)
	);
	// Made without autoload, so that the token is not read into every request.
	add_option( ROLLCALL_COMPANION_OPTION, array(), '', false );
}
add_action( 'admin_init', 'rollcall_companion_register_setting' );

/**
 * What is stored of what was typed: an empty token field keeps the token there is.
 *
 * @param mixed $typed The form's fields.
 * @return array
 */
function rollcall_companion_clean_settings( $typed ) {
	$typed  = is_array( $typed ) ? $typed : array();
	$stored = get_option( ROLLCALL_COMPANION_OPTION );
	$url    = isset( $typed['url'] ) ? untrailingslashit( esc_url_raw( trim( (string) $typed['url'] ), array( 'http', 'https' ) ) ) : '';
	$token  = isset( $typed['token'] ) ? preg_replace( '/[^\x21-\x7E]/', '', (string) $typed['token'] ) : '';
	if ( '' === $url && ! empty( $typed['url'] ) ) {
		add_settings_error( ROLLCALL_COMPANION_OPTION, 'url', __( 'The address was not kept. It begins with https://.', 'rollcall-companion' ) );
	}
	if ( '' === $token && empty( $typed['forget'] ) && is_array( $stored ) && isset( $stored['token'] ) ) {
		$token = $stored['token'];
	}
	delete_transient( ROLLCALL_COMPANION_RESTING );
	return array(
		'url'   => $url,
		'token' => $token,
	);
}

/**
 * The page under Settings. The token is never shown again.
 */
function rollcall_companion_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings  = rollcall_companion_settings();
	$trouble   = get_option( ROLLCALL_COMPANION_TROUBLE );
	$has_token = '' !== $settings['token'];
	?>
	<div class="wrap">
		<h1><?php echo esc_html( get_admin_page_title() ); ?></h1>
		<?php if ( is_array( $trouble ) && isset( $trouble['at'], $trouble['what'] ) ) : ?>
			<div class="notice notice-warning"><p>
				<?php
				echo esc_html(
					sprintf(
						/* translators: 1: how long ago, 2: what went wrong. */
						__( 'Rollcall could not be asked when a member signed in %1$s ago: %2$s With a password the sign-in went through with what is stored here; a one-time link did not work.', 'rollcall-companion' ),
						human_time_diff( (int) $trouble['at'] ),
						$trouble['what']
					)
				);
				?>
			</p></div>
		<?php endif; ?>
		<p><?php esc_html_e( 'Rollcall itself signs in here with an application password and needs nothing from this page. With an address and a token, this site also asks Rollcall for the latest when a member signs in, and takes the one-time sign-in links that Rollcall makes. The token needs the scope “site”.', 'rollcall-companion' ); ?></p>
		<form method="post" action="options.php">
			<?php settings_fields( ROLLCALL_COMPANION_OPTION ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="rollcall-url"><?php esc_html_e( 'Address of Rollcall', 'rollcall-companion' ); ?></label></th>
					<td><input type="url" class="regular-text" id="rollcall-url" name="<?php echo esc_attr( ROLLCALL_COMPANION_OPTION ); ?>[url]" value="<?php echo esc_attr( $settings['url'] ); ?>" placeholder="https://rollcall.example.com" <?php disabled( defined( 'ROLLCALL_URL' ) ); ?>></td>
				</tr>
				<tr>
					<th scope="row"><label for="rollcall-token"><?php esc_html_e( 'API token', 'rollcall-companion' ); ?></label></th>
					<td>
						<input type="password" class="regular-text" id="rollcall-token" name="<?php echo esc_attr( ROLLCALL_COMPANION_OPTION ); ?>[token]" value="" autocomplete="off" aria-describedby="rollcall-token-note" <?php disabled( defined( 'ROLLCALL_TOKEN' ) ); ?>>
						<p class="description" id="rollcall-token-note">
							<?php
							echo esc_html(
								$has_token
									? __( 'A token is stored. Leave this empty to keep it.', 'rollcall-companion' )
									: __( 'Make one in Rollcall. It is not shown again here.', 'rollcall-companion' )
							);
							?>
						</p>
						<?php if ( $has_token && ! defined( 'ROLLCALL_TOKEN' ) ) : ?>
							<label><input type="checkbox" name="<?php echo esc_attr( ROLLCALL_COMPANION_OPTION ); ?>[forget]" value="1"> <?php esc_html_e( 'Forget the stored token', 'rollcall-companion' ); ?></label>
						<?php endif; ?>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

/**
 * Loads translations that lie beside this file.
 */
function rollcall_companion_translations() {
	load_plugin_textdomain( 'rollcall-companion', false, dirname( plugin_basename( __FILE__ ) ) . '/languages' );
}
add_action( 'init', 'rollcall_companion_translations', 5 );

/**
 * Takes everything out that this plugin stored under its own names. Fields that were copied to other keys stay.
 */
function rollcall_companion_uninstall() {
	delete_option( ROLLCALL_COMPANION_OPTION );
	delete_option( ROLLCALL_COMPANION_TROUBLE );
	delete_transient( ROLLCALL_COMPANION_RESTING );
	foreach ( ROLLCALL_COMPANION_META as $key ) {
		delete_metadata( 'user', 0, $key, '', true );
	}
}

/**
 * Lets WordPress know how to uninstall; a must-use plugin is removed by deleting the file.
 */
function rollcall_companion_activate() {
	register_uninstall_hook( __FILE__, 'rollcall_companion_uninstall' );
}
register_activation_hook( __FILE__, 'rollcall_companion_activate' );

endif;
